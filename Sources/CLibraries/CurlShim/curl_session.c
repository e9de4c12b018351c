#include "CCurl.h"

#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static struct {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  void (*easy_cleanup)(CURL *);
  void (*easy_reset)(CURL *);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  const char *(*easy_strerror)(CURLcode);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *);
  CURLMcode (*multi_add_handle)(CURLM *, CURL *);
  CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
  CURLMcode (*multi_perform)(CURLM *, int *);
  CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
  CURLMsg *(*multi_info_read)(CURLM *, int *);
} curl;

struct ccurl_session {
  CURLM *multi;
  CURL *easy;
  bool is_running;
  struct curl_slist *headers;
  unsigned char *body;
  size_t length, capacity, length_max;
  long status;
  char content_type[128];
  char error[CURL_ERROR_SIZE];
};

static bool find(void *library, const char *name, void *place) {
  void *symbol = dlsym(library, name);
  memcpy(place, &symbol, sizeof symbol);
  return symbol != NULL;
}

static bool is_loaded = false;

static void load_once(void) {
  void *l = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (l == NULL) return;
  bool has_all =
      find(l, "curl_global_init", &curl.global_init) && find(l, "curl_easy_init", &curl.easy_init) &&
      find(l, "curl_easy_cleanup", &curl.easy_cleanup) &&
      find(l, "curl_easy_reset", &curl.easy_reset) &&
      find(l, "curl_easy_setopt", &curl.easy_setopt) &&
      find(l, "curl_easy_getinfo", &curl.easy_getinfo) &&
      find(l, "curl_easy_strerror", &curl.easy_strerror) &&
      find(l, "curl_slist_append", &curl.slist_append) &&
      find(l, "curl_slist_free_all", &curl.slist_free_all) &&
      find(l, "curl_multi_init", &curl.multi_init) &&
      find(l, "curl_multi_cleanup", &curl.multi_cleanup) &&
      find(l, "curl_multi_add_handle", &curl.multi_add_handle) &&
      find(l, "curl_multi_remove_handle", &curl.multi_remove_handle) &&
      find(l, "curl_multi_perform", &curl.multi_perform) &&
      find(l, "curl_multi_poll", &curl.multi_poll) &&
      find(l, "curl_multi_info_read", &curl.multi_info_read);
  is_loaded = has_all && curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

// Requests of several threads may be the first ones.
static bool load(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load_once);
  return is_loaded;
}

static size_t receive(char *data, size_t size, size_t count, void *context) {
  ccurl_session *s = context;
  size_t added = size * count;
  if (added > s->length_max - s->length) {
    strcpy(s->error, "the answer is too long");
    return 0;
  }
  if (s->length + added > s->capacity) {
    size_t capacity = s->capacity * 2 > s->length + added ? s->capacity * 2 : s->length + added;
    unsigned char *body = realloc(s->body, capacity);
    if (body == NULL) return 0;
    s->body = body;
    s->capacity = capacity;
  }
  memcpy(s->body + s->length, data, added);
  s->length += added;
  return added;
}

ccurl_session *ccurl_open(void) {
  if (!load()) return NULL;
  ccurl_session *s = calloc(1, sizeof *s);
  if (s == NULL) return NULL;
  s->multi = curl.multi_init();
  s->easy = curl.easy_init();
  if (s->multi == NULL || s->easy == NULL) {
    ccurl_close(s);
    return NULL;
  }
  return s;
}

void ccurl_close(ccurl_session *s) {
  if (s == NULL) return;
  ccurl_cancel(s);
  if (s->easy) curl.easy_cleanup(s->easy);
  if (s->multi) curl.multi_cleanup(s->multi);
  free(s->body);
  free(s);
}

bool ccurl_start(ccurl_session *s, const char *url, const char *headers, size_t header_count,
                 long connect_milliseconds, size_t body_bytes_max) {
  ccurl_cancel(s);
  s->length = 0;
  s->length_max = body_bytes_max;
  s->status = 0;
  s->content_type[0] = s->error[0] = 0;
  for (size_t i = 0; i < header_count; i++) {
    s->headers = curl.slist_append(s->headers, headers);
    headers += strlen(headers) + 1;
  }
  // What a server may not redirect to: files and the like.
  curl.easy_reset(s->easy);
  curl.easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl.easy_setopt(s->easy, CURLOPT_URL, url);
  curl.easy_setopt(s->easy, CURLOPT_HTTPHEADER, s->headers);
  curl.easy_setopt(s->easy, CURLOPT_USERAGENT, "traceql");
  curl.easy_setopt(s->easy, CURLOPT_ACCEPT_ENCODING, "");
  curl.easy_setopt(s->easy, CURLOPT_FOLLOWLOCATION, 1L);
  curl.easy_setopt(s->easy, CURLOPT_MAXREDIRS, 5L);
  curl.easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
  curl.easy_setopt(s->easy, CURLOPT_CONNECTTIMEOUT_MS, connect_milliseconds);
  curl.easy_setopt(s->easy, CURLOPT_ERRORBUFFER, s->error);
  curl.easy_setopt(s->easy, CURLOPT_WRITEFUNCTION, receive);
  curl.easy_setopt(s->easy, CURLOPT_WRITEDATA, s);
  s->is_running = curl.multi_add_handle(s->multi, s->easy) == CURLM_OK;
  return s->is_running;
}

bool ccurl_poll(ccurl_session *s, int milliseconds) {
  int running = 0, left = 0;
  if (curl.multi_perform(s->multi, &running) != CURLM_OK) running = 0;
  if (running > 0) {
    curl.multi_poll(s->multi, NULL, 0, milliseconds, NULL);
    return false;
  }
  CURLMsg *message;
  while ((message = curl.multi_info_read(s->multi, &left)) != NULL) {
    if (message->msg != CURLMSG_DONE) continue;
    CURLcode code = message->data.result;
    if (code != CURLE_OK && s->error[0] == 0)
      strncpy(s->error, curl.easy_strerror(code), sizeof s->error - 1);
    if (code == CURLE_OK) s->error[0] = 0;
    const char *type = NULL;
    curl.easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &s->status);
    curl.easy_getinfo(s->easy, CURLINFO_CONTENT_TYPE, &type);
    if (type) strncpy(s->content_type, type, sizeof s->content_type - 1);
  }
  ccurl_cancel(s);
  return true;
}

void ccurl_cancel(ccurl_session *s) {
  if (s->is_running) curl.multi_remove_handle(s->multi, s->easy);
  s->is_running = false;
  if (s->headers) curl.slist_free_all(s->headers);
  s->headers = NULL;
}

const char *ccurl_error(ccurl_session *s) { return s->error; }
long ccurl_status(ccurl_session *s) { return s->status; }
const char *ccurl_content_type(ccurl_session *s) { return s->content_type; }
size_t ccurl_body_length(ccurl_session *s) { return s->length; }
void ccurl_copy_body(ccurl_session *s, unsigned char *into) {
  if (s->length > 0) memcpy(into, s->body, s->length);
}
