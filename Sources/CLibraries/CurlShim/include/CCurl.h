// HTTP requests by libcurl, which is loaded with the first of them.
#pragma once

#include <stdbool.h>
#include <stddef.h>

// A connection that may be used again. NULL: libcurl cannot be loaded.
typedef struct ccurl_session ccurl_session;

ccurl_session *ccurl_open(void);
void ccurl_close(ccurl_session *session);

// Begins a GET. Headers are lines, `header_count` of them, one after the other, each ended by NUL.
bool ccurl_start(ccurl_session *session, const char *url, const char *headers, size_t header_count,
                 long connect_milliseconds, size_t body_bytes_max);
// Goes on for up to `milliseconds`; true when the answer is there, or the failure.
bool ccurl_poll(ccurl_session *session, int milliseconds);
// Gives the request up.
void ccurl_cancel(ccurl_session *session);

// Of the last request: why there is no answer, or "".
const char *ccurl_error(ccurl_session *session);
long ccurl_status(ccurl_session *session);
const char *ccurl_content_type(ccurl_session *session);
size_t ccurl_body_length(ccurl_session *session);
void ccurl_copy_body(ccurl_session *session, unsigned char *into);
