#include "chttpd.h"

#include <arpa/inet.h>
#include <dlfcn.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// MARK: Loading

#define FUNCTIONS(use)                                                                           \
  use(MHD_start_daemon) use(MHD_stop_daemon) use(MHD_quiesce_daemon) use(MHD_suspend_connection) \
  use(MHD_resume_connection) use(MHD_create_response_from_buffer)                                \
  use(MHD_create_response_from_callback) use(MHD_add_response_header) use(MHD_queue_response)    \
  use(MHD_destroy_response) use(MHD_get_connection_values) use(MHD_get_connection_info)

#define DECLARE(name) static __typeof__(&name) p_##name;
FUNCTIONS(DECLARE)

// Empty once all are there.
static char problem[256];

static void load_once(void) {
  void *library = dlopen("libmicrohttpd.so.12", RTLD_NOW | RTLD_LOCAL);
  if (library == NULL) {
    snprintf(problem, sizeof problem, "%s", dlerror());
    return;
  }
#define RESOLVE(name)                                                    \
  p_##name = (__typeof__(&name))dlsym(library, #name);                   \
  if (p_##name == NULL) {                                                \
    snprintf(problem, sizeof problem, "libmicrohttpd lacks %s", #name);  \
    return;                                                              \
  }
  FUNCTIONS(RESOLVE)
}

// A server opens several ports, while the first answers already.
const char *chttpd_load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_once);
  return problem[0] == 0 ? NULL : problem;
}

// MARK: Events

struct chttpd_daemon {
  struct MHD_Daemon *daemon;
  const chttpd_events *events;
};

static chttpd_connection *ours(struct MHD_Connection *c) { return (chttpd_connection *)c; }
static struct MHD_Connection *theirs(chttpd_connection *c) { return (struct MHD_Connection *)c; }

static void *on_target(void *cls, const char *target, struct MHD_Connection *c) {
  const chttpd_events *events = cls;
  return events->begin(events->owner, ours(c), target);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
                                  const char *method, const char *version, const char *bytes,
                                  size_t *count, void **request) {
  (void)url;
  const chttpd_events *events = cls;
  bool goes_on =
      events->advance(events->owner, *request, ours(c), method, version, bytes, *count);
  *count = 0;
  return goes_on ? MHD_YES : MHD_NO;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **request,
                         enum MHD_RequestTerminationCode code) {
  (void)code;
  const chttpd_events *events = cls;
  if (*request != NULL) events->end(events->owner, *request, ours(c));
  *request = NULL;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
                          enum MHD_ConnectionNotificationCode code) {
  (void)context;
  const chttpd_events *events = cls;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    events->opened(events->owner, ours(c));
  } else {
    events->closed(events->owner, ours(c));
  }
}

static void on_message(void *cls, const char *format, va_list arguments) {
  const chttpd_events *events = cls;
  char sentence[512];
  vsnprintf(sentence, sizeof sentence, format, arguments);
  sentence[strcspn(sentence, "\r\n")] = 0;
  events->complain(events->owner, sentence);
}

/// Targets are decoded by the caller, who needs to see them as they were sent.
static size_t leave_escaped(void *cls, struct MHD_Connection *c, char *text) {
  (void)cls;
  (void)c;
  return strlen(text);
}

// MARK: Life

chttpd_daemon *chttpd_start(const chttpd_settings *settings, const chttpd_events *events) {
  chttpd_daemon *daemon = calloc(1, sizeof *daemon);
  if (daemon == NULL) return NULL;
  daemon->events = events;
  struct MHD_OptionItem options[16];
  size_t n = 0;
#define OPTION(name, value, pointer) \
  options[n++] = (struct MHD_OptionItem){name, (intptr_t)(value), (void *)(pointer)}
  OPTION(MHD_OPTION_EXTERNAL_LOGGER, &on_message, events);
  OPTION(MHD_OPTION_LISTEN_SOCKET, settings->listen_socket, NULL);
  OPTION(MHD_OPTION_CONNECTION_LIMIT, settings->connection_count_max, NULL);
  OPTION(MHD_OPTION_CONNECTION_TIMEOUT, settings->idle_seconds_max, NULL);
  OPTION(MHD_OPTION_CONNECTION_MEMORY_LIMIT, settings->connection_bytes_max, NULL);
  OPTION(MHD_OPTION_URI_LOG_CALLBACK, &on_target, events);
  OPTION(MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped, NULL);
  OPTION(MHD_OPTION_NOTIFY_COMPLETED, &on_completed, events);
  OPTION(MHD_OPTION_NOTIFY_CONNECTION, &on_connection, events);
  // What another server on the way could read in another way is refused.
  OPTION(MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL);
  if (settings->thread_count > 1) OPTION(MHD_OPTION_THREAD_POOL_SIZE, settings->thread_count, NULL);
  unsigned int flags =
      MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG;
  if (settings->certificate != NULL) {
    flags |= MHD_USE_TLS;
    OPTION(MHD_OPTION_HTTPS_MEM_CERT, 0, settings->certificate);
    OPTION(MHD_OPTION_HTTPS_MEM_KEY, 0, settings->key);
    // The library would speak versions that nobody should any more (RFC 8996).
    OPTION(MHD_OPTION_HTTPS_PRIORITIES, 0, "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1");
  }
  OPTION(MHD_OPTION_END, 0, NULL);
  daemon->daemon = p_MHD_start_daemon(flags, 0, NULL, NULL, &on_request, (void *)events,
                                      MHD_OPTION_ARRAY, options, MHD_OPTION_END);
  if (daemon->daemon == NULL) {
    free(daemon);
    return NULL;
  }
  return daemon;
}

void chttpd_quiesce(chttpd_daemon *daemon) { p_MHD_quiesce_daemon(daemon->daemon); }

void chttpd_stop(chttpd_daemon *daemon) {
  p_MHD_stop_daemon(daemon->daemon);
  free(daemon);
}

// MARK: Connections

int chttpd_socket(chttpd_connection *connection) {
  const union MHD_ConnectionInfo *info =
      p_MHD_get_connection_info(theirs(connection), MHD_CONNECTION_INFO_CONNECTION_FD);
  return info == NULL ? -1 : info->connect_fd;
}

bool chttpd_peer(chttpd_connection *connection, char *text, size_t count) {
  const union MHD_ConnectionInfo *info =
      p_MHD_get_connection_info(theirs(connection), MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (info == NULL || info->client_addr == NULL) return false;
  const void *address;
  switch (info->client_addr->sa_family) {
    case AF_INET: address = &((struct sockaddr_in *)info->client_addr)->sin_addr; break;
    case AF_INET6: address = &((struct sockaddr_in6 *)info->client_addr)->sin6_addr; break;
    default: return false;
  }
  return inet_ntop(info->client_addr->sa_family, address, text, (socklen_t)count) != NULL;
}

struct visit {
  void *context;
  void (*visit)(void *, const char *, const char *);
};

static enum MHD_Result on_header(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *value) {
  (void)kind;
  const struct visit *visit = cls;
  visit->visit(visit->context, name, value == NULL ? "" : value);
  return MHD_YES;
}

void chttpd_headers(chttpd_connection *connection, void *context,
                    void (*visit)(void *, const char *, const char *)) {
  struct visit all = {context, visit};
  p_MHD_get_connection_values(theirs(connection), MHD_HEADER_KIND, &on_header, &all);
}

void chttpd_suspend(chttpd_connection *connection) {
  p_MHD_suspend_connection(theirs(connection));
}

void chttpd_resume(chttpd_connection *connection) { p_MHD_resume_connection(theirs(connection)); }

// MARK: Responses

chttpd_response *chttpd_response_create(const uint8_t *bytes, size_t count) {
  return (chttpd_response *)p_MHD_create_response_from_buffer(count, (void *)bytes,
                                                              MHD_RESPMEM_MUST_COPY);
}

struct open_stream {
  chttpd_connection *connection;
  int turn;
};

/// An event stream's comment first, as headers only leave with some body; then silence; then the
/// end.
static ssize_t on_read(void *cls, uint64_t position, char *buffer, size_t count) {
  (void)position;
  struct open_stream *stream = cls;
  static const char comment[] = ": open\n\n";
  switch (stream->turn++) {
    case 0:
      if (count < sizeof comment - 1) return MHD_CONTENT_READER_END_WITH_ERROR;
      memcpy(buffer, comment, sizeof comment - 1);
      return sizeof comment - 1;
    case 1: chttpd_suspend(stream->connection); return 0;
    default: return MHD_CONTENT_READER_END_OF_STREAM;
  }
}

chttpd_response *chttpd_response_create_open(chttpd_connection *connection) {
  struct open_stream *stream = calloc(1, sizeof *stream);
  if (stream == NULL) return NULL;
  stream->connection = connection;
  return (chttpd_response *)p_MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1024, &on_read,
                                                                stream, &free);
}

void chttpd_response_header(chttpd_response *response, const char *name, const char *value) {
  p_MHD_add_response_header((struct MHD_Response *)response, name, value);
}

bool chttpd_respond(chttpd_connection *connection, unsigned int status,
                    chttpd_response *response) {
  enum MHD_Result result =
      p_MHD_queue_response(theirs(connection), status, (struct MHD_Response *)response);
  p_MHD_destroy_response((struct MHD_Response *)response);
  return result == MHD_YES;
}
