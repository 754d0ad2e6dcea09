/* lease.c - a receiver of the dialect "sluice", version 1: takes clients on leases, answers, gives them back.
 *
 *   cc -O2 -o lease lease.c
 *   ./lease SOCKET [BYTES]
 *
 * A route with target=fd:run/app.sock and dialect=sluice uses it. docs/hand-off.md is the specification. One process, one
 * loop, and as few system calls as that allows: it takes all clients that wait, acknowledges them with one call, answers
 * them, and reports with one call. Request bodies are read to their end and thrown away. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { PACKET = 65536, BATCH = 32 };
static char *body;
static size_t body_length;

/* ---- just enough JSON, in one pass: as the front writes it, without blanks between the tokens */

struct job {
  char *spill;      /* holds the packet, where that came in a file */
  int client;
  long id, spilled, unread, left;
  int lease, keep, no_body;
};

/* Behind the string that begins at its quote. */
static const char *skip_string(const char *p, const char *end) {
  while ((p = memchr(p + 1, '"', end - p - 1))) {
    int escapes = 0;
    while (p[-1 - escapes] == '\\') escapes++;
    if (escapes % 2 == 0) return p + 1;
  }
  return end;
}

static const char *skip_value(const char *p, const char *end) {
  int depth = 0;
  while (p < end) {
    if (*p == '"') { p = skip_string(p, end); continue; }
    if (*p == '{' || *p == '[') depth++;
    else if ((*p == '}' || *p == ']') && depth-- == 0) return p;
    else if (*p == ',' && depth == 0) return p;
    p++;
  }
  return end;
}

/* Takes what is needed from the members of an object; "parent" is the name of the one that it is the value of, or "". */
static void members(const char *p, const char *end, const char *parent, struct job *job) {
  for (p++; p < end && *p == '"'; p += *p == ',') {
    const char *key = p + 1, *key_end = memchr(key, '"', end - key), *value = key_end ? key_end + 2 : end;
    if (value >= end) return;
    size_t n = key_end - key;
#define IS(name) (n == sizeof name - 1 && !memcmp(key, name, n))
#define SAYS(text) ((size_t)(end - value) > sizeof text - 1 && !memcmp(value, text, sizeof text - 1))
    if (*parent == 'b') {
      if (IS("left")) job->left = strtol(value, 0, 10);
    } else if (*parent == 'r') {
      if (IS("method")) job->no_body = SAYS("\"HEAD\"");
    } else if (IS("id")) job->id = strtol(value, 0, 10);
    else if (IS("spill")) job->spilled = strtol(value, 0, 10);
    else if (IS("unread")) job->unread = strtol(value, 0, 10);
    else if (IS("mode")) job->lease = SAYS("\"lease\"");
    else if (IS("keep")) job->keep = SAYS("true");
    else if (IS("body")) members(value, end, "body", job);
    else if (IS("request")) members(value, end, "request", job);
    p = skip_value(value, end);
  }
}

/* ---- the client */

/* The socket is non-blocking, a flag shared with the front: wait for it, do not change it. */
static int ready(int client, short events) {
  struct pollfd wait = {client, events, 0};
  return poll(&wait, 1, 10000) == 1 ? 0 : -1;
}

static int write_all(int client, const char *from, size_t n) {
  while (n) {
    ssize_t k = send(client, from, n, MSG_NOSIGNAL);
    if (k >= 0) from += k, n -= k;
    else if (errno != EINTR && (errno != EAGAIN || ready(client, POLLOUT))) return -1;
  }
  return 0;
}

/* Mostly one call. */
static int write_both(int client, char *head, size_t h, char *content, size_t n) {
  struct iovec both[2] = {{head, h}, {content, n}};
  struct msghdr message = {.msg_iov = both, .msg_iovlen = n ? 2 : 1};
  ssize_t k = sendmsg(client, &message, MSG_NOSIGNAL);
  size_t sent = k > 0 ? (size_t)k : 0;
  if (sent < h) return write_all(client, head + sent, h - sent) || write_all(client, content, n);
  return write_all(client, content + (sent - h), n - (sent - h));
}

static int read_away(int client, long n) {
  char away[65536];
  while (n > 0) {
    ssize_t k = recv(client, away, n < (long)sizeof away ? (size_t)n : sizeof away, 0);
    if (k > 0) n -= k;
    else if (k == 0 || (errno != EINTR && (errno != EAGAIN || ready(client, POLLIN)))) return -1;
  }
  return 0;
}

/* ---- the control connection: one packet a line; lines wait until they are sent together */

static struct { char text[128]; } lines[BATCH];
static struct iovec pieces[BATCH];
static struct mmsghdr messages[BATCH];
static int waiting;

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...) {
  va_list values;
  va_start(values, format);
  int n = vsnprintf(lines[waiting].text, sizeof lines[waiting].text, format, values);
  va_end(values);
  pieces[waiting] = (struct iovec){lines[waiting].text, n};
  messages[waiting] = (struct mmsghdr){.msg_hdr = {.msg_iov = &pieces[waiting], .msg_iovlen = 1}};
  waiting++;
}

static void tell(int control) {
  for (int sent = 0; sent < waiting;) {
    int n = sendmmsg(control, messages + sent, waiting - sent, MSG_NOSIGNAL);
    if (n > 0) sent += n;
    else if (errno != EINTR && (errno != EAGAIN || ready(control, POLLOUT))) break; /* it is gone: EOF tells */
  }
  waiting = 0;
}

static void serve(struct job *job) {
  char answer[256];
  int keep = job->lease && job->keep;
  long more = job->left > job->unread ? job->left - job->unread : 0;
  if (job->left < 0) keep = 0, more = 0; /* a chunked body: answered without it, and the connection ends */
  if (read_away(job->client, more)) { close(job->client); say("TAKE %ld", job->id); return; }
  size_t n = sprintf(answer, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n%s\r\n", body_length,
                     keep ? "" : "Connection: close\r\n");
  long written = n + (job->no_body ? 0 : body_length);
  int failed = write_both(job->client, answer, n, body, written - n);
  if (!job->lease) shutdown(job->client, SHUT_WR);
  close(job->client);
  /* The front goes on with the connection, if the kernel has counted what we say. */
  if (job->lease && !failed)
    say("DONE %ld 200 %ld %ld %ld %s", job->id, written, written - (long)n, more, keep ? "keep" : "close");
}

/* Takes one client; 1 if there is one, 0 if none waits, -1 if the connection has ended. */
static int take(int control, char *packet, struct job *job) {
  union { struct cmsghdr align; char room[CMSG_SPACE(2 * sizeof(int))]; } rights;
  struct iovec into = {packet, PACKET};
  struct msghdr message = {.msg_iov = &into, .msg_iovlen = 1, .msg_control = &rights, .msg_controllen = sizeof rights};
  *job = (struct job){.client = -1};
  ssize_t n = recvmsg(control, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (n < 0) return errno == EAGAIN || errno == EINTR ? 0 : -1;
  if (n == 0) return -1;
  packet[n] = 0;
  int fds[2] = {-1, -1}, count = 0;
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS) {
    count = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    memcpy(fds, CMSG_DATA(c), count * sizeof(int));
  }
  if (!count && packet[0] != '{') return 1; /* GONE or YOURS: by then we are done with the client */
  char *lf = memchr(packet, '\n', n);
  members(packet, lf ? lf : packet + n, "", job);
  if (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) || !count) {
    /* Not everything has come: nothing is used, and the front is told. */
    for (int i = 0; i < count; i++) close(fds[i]);
    say("PASS %ld nofd", job->id);
    return 1;
  }
  job->client = fds[0];
  long spilled = job->spilled;
  if (spilled > 0 && count == 2) { /* a long head is in a file behind the client */
    job->spill = malloc(spilled + 1);
    if (job->spill && pread(fds[1], job->spill, spilled, 0) == spilled && (lf = memchr(job->spill, '\n', spilled)))
      members(job->spill, lf, "", job);
    else close(job->client), job->client = -1;
  }
  if (count == 2) close(fds[1]);
  /* Ours from here on; said before anything of it is read or written. */
  if (job->client >= 0) say("ACK %ld", job->id);
  return 1;
}

/* Returns whether the connection goes on. */
static int turn(int control) {
  static char packets[BATCH][PACKET + 1];
  static struct job jobs[BATCH];
  int n = 0, more = 1;
  while (n < BATCH && (more = take(control, packets[n], jobs + n)) > 0) n++;
  tell(control);
  for (int i = 0; i < n; i++) {
    if (jobs[i].client >= 0) serve(jobs + i);
    free(jobs[i].spill);
  }
  tell(control);
  return more >= 0;
}

int main(int argc, char **argv) {
  if (argc < 2 || argc > 3) errx(2, "usage: lease SOCKET [BYTES]");
  body_length = argc == 3 ? strtoul(argv[2], 0, 10) : 1024;
  body = malloc(body_length + 1);
  memset(body, 's', body_length);
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  if (strlen(argv[1]) >= sizeof name.sun_path) errx(1, "%s: longer than 107 bytes", argv[1]);
  strcpy(name.sun_path, argv[1]);
  unlink(argv[1]);
  umask(077);
  int listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), loop = epoll_create1(EPOLL_CLOEXEC);
  if (bind(listener, (struct sockaddr *)&name, sizeof name) || listen(listener, 64)) err(1, "%s", argv[1]);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[64];
  epoll_ctl(loop, EPOLL_CTL_ADD, listener, &event);
  printf("listening %s\n", argv[1]);
  fflush(stdout);
  for (;;) {
    int n = epoll_wait(loop, events, 64, -1);
    for (int i = 0; i < n; i++) {
      if (events[i].data.fd != listener) {
        if (!turn(events[i].data.fd)) close(events[i].data.fd);
        continue;
      }
      int control = accept4(listener, 0, 0, SOCK_CLOEXEC | SOCK_NONBLOCK);
      if (control < 0) continue;
      say("READY example 10000 0");
      tell(control);
      event.data.fd = control;
      epoll_ctl(loop, EPOLL_CTL_ADD, control, &event);
    }
  }
}
