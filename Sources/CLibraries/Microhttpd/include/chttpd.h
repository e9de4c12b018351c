// The part of libmicrohttpd that the module HTTPServer uses. The library is loaded when a server
// starts, not with the program: it brings GnuTLS along, which no other command should pay for.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct chttpd_daemon chttpd_daemon;
typedef struct chttpd_connection chttpd_connection;
typedef struct chttpd_response chttpd_response;

/// What happens on connections, told on the daemon's threads. `request` is what `begin` returned.
typedef struct {
  void *owner;
  /// A request line has been read; `target` is as sent. Returns what stands for the request.
  void *(*begin)(void *owner, chttpd_connection *connection, const char *target);
  /// Called once when the headers are there (no bytes), for every piece of the body, and once when
  /// the request is complete (no bytes). `count` comes back as what was not taken, 0 normally.
  /// Returns false to drop the connection.
  bool (*advance)(void *owner, void *request, chttpd_connection *connection, const char *method,
                  const char *version, const char *bytes, size_t count);
  /// The request is over, answered or not.
  void (*end)(void *owner, void *request, chttpd_connection *connection);
  void (*opened)(void *owner, chttpd_connection *connection);
  void (*closed)(void *owner, chttpd_connection *connection);
  void (*complain)(void *owner, const char *sentence);
} chttpd_events;

typedef struct {
  /// A bound, listening socket.
  int listen_socket;
  unsigned int thread_count;
  unsigned int connection_count_max;
  unsigned int idle_seconds_max;
  /// Bytes for the request line, the headers and buffers of a connection.
  size_t connection_bytes_max;
  /// PEM texts, both null without TLS.
  const char *certificate;
  const char *key;
} chttpd_settings;

/// Loads the library; null if that worked, else why not.
const char *chttpd_load(void);

/// Starts threads that listen; null if that is not possible. `events` must outlive the daemon.
chttpd_daemon *chttpd_start(const chttpd_settings *settings, const chttpd_events *events);

/// Stops listening; connections go on. The listening socket stays open and is the caller's.
void chttpd_quiesce(chttpd_daemon *daemon);

/// Closes every connection and ends the threads. No connection may be suspended.
void chttpd_stop(chttpd_daemon *daemon);

/// The socket of a connection.
int chttpd_socket(chttpd_connection *connection);

/// The client's address as text into `text`; false if it has none.
bool chttpd_peer(chttpd_connection *connection, char *text, size_t count);

/// Calls `visit` for each header of the request.
void chttpd_headers(chttpd_connection *connection, void *context,
                    void (*visit)(void *context, const char *name, const char *value));

/// Takes a connection out of the daemon's loop until it is resumed. Only while one of its requests
/// is told of.
void chttpd_suspend(chttpd_connection *connection);
void chttpd_resume(chttpd_connection *connection);

/// A response with a copy of `bytes` as its body.
chttpd_response *chttpd_response_create(const uint8_t *bytes, size_t count);

/// An event stream without an end: sends headers and a comment, then nothing until the connection
/// is resumed by somebody, then ends.
chttpd_response *chttpd_response_create_open(chttpd_connection *connection);

void chttpd_response_header(chttpd_response *response, const char *name, const char *value);

/// Sends a response and lets go of it. From any thread while the connection is suspended, else
/// only while its request is told of.
bool chttpd_respond(chttpd_connection *connection, unsigned int status, chttpd_response *response);

#ifdef __cplusplus
}
#endif
