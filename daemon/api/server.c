#include "daemon/api/server.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/json.h"
#include "daemon/clock.h"
#include "daemon/log.h"

#define CLIENTS_MAX 64
#define REQUEST_MAX (16 << 20) /* with files of evidence */
#define ANSWER_MAX  (32 << 20)
#define PIECE       (64 << 10) /* read from one client in one turn, so that none keeps the loop to itself */
#define IDLE_MAX    (10 * 60 * 1000)

/* One request at a time: the next is looked at when the answer to the last one has gone out whole. */
struct client {
	int fd; /* -1: the place is free */
	struct peer peer;
	struct buf in, out;
	size_t looked;  /* bytes of `in` known to hold no end of line */
	size_t sent;    /* bytes of `out` */
	json_t *answer; /* queued in this turn, not yet in `out` */
	enum lang lang;
	int last;       /* nothing more is read; closed when the answer is out */
	int64_t active; /* clock_mono of the last byte either way */
};

struct server {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct client clients[CLIENTS_MAX];
};

/* Whether somebody answers at this path: a socket file that a killed process left refuses. */
static int
is_live(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int live = fd < 0 || connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		   (errno != ECONNREFUSED && errno != ENOENT);

	if (fd >= 0)
		close(fd);
	return live;
}

static int
bind_at(int fd, const struct sockaddr_un *address)
{
	mode_t before = umask(0117); /* the socket is 0660 from its first moment */
	int r = bind(fd, (const struct sockaddr *)address, sizeof(*address));
	int saved = errno;

	umask(before);
	errno = saved;
	return r;
}

static int
bind_or_replace(int fd, const struct sockaddr_un *address, struct err *err)
{
	const char *path = address->sun_path;
	struct stat st;

	if (bind_at(fd, address) == 0)
		return 0;
	if (errno != EADDRINUSE)
		return fail(err, "%s: the socket cannot be made: %s", path, strerror(errno));
	if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode))
		return fail(err, "%s: found a file that is not a socket; move it away or name another socket",
			    path);
	if (is_live(address))
		return fail(err, "%s: another supercargo already listens here; stop it first", path);
	unlink(path);
	if (bind_at(fd, address) < 0)
		return fail(err, "%s: the socket cannot be made: %s", path, strerror(errno));
	return 0;
}

struct server *
server_open(const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct server *server;
	unsigned i;
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		fail(err, "%s: this path is too long for a socket, expected at most %d bytes", path,
		     (int)sizeof(address.sun_path) - 1);
		return NULL;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		fail(err, "%s: the socket cannot be made: %s", path, strerror(errno));
		return NULL;
	}
	if (bind_or_replace(fd, &address, err) < 0) {
		close(fd);
		return NULL;
	}
	if (listen(fd, CLIENTS_MAX) < 0) {
		fail(err, "%s: the socket cannot be made: %s", path, strerror(errno));
		unlink(path);
		close(fd);
		return NULL;
	}
	server = must_zalloc(sizeof(*server));
	server->fd = fd;
	strcpy(server->path, path);
	for (i = 0; i < CLIENTS_MAX; i++)
		server->clients[i].fd = -1;
	return server;
}

static void
client_close(struct client *c)
{
	close(c->fd);
	json_decref(c->answer);
	buf_free(&c->in);
	buf_free(&c->out);
	memset(c, 0, sizeof(*c));
	c->fd = -1;
}

void
server_close(struct server *server)
{
	unsigned i;

	if (!server)
		return;
	for (i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd >= 0)
			client_close(&server->clients[i]);
	unlink(server->path);
	close(server->fd);
	free(server);
}

static int
has_line(struct client *c)
{
	if (c->looked < c->in.len && memchr(c->in.data + c->looked, '\n', c->in.len - c->looked))
		return 1;
	c->looked = c->in.len;
	return 0;
}

static int
is_busy(const struct client *c)
{
	return c->answer || c->out.len > 0;
}

/* A client with a further request at hand asks for POLLOUT: that is ready at once, so the loop does not sleep on it. */
static short
events_of(struct client *c)
{
	return is_busy(c) || has_line(c) ? POLLOUT : POLLIN;
}

unsigned
server_fds(struct server *server, struct pollfd *fds, unsigned max)
{
	unsigned i, n = 0;

	if (max > 0)
		fds[n++] = (struct pollfd){.fd = server->fd, .events = POLLIN};
	for (i = 0; i < CLIENTS_MAX && n < max; i++)
		if (server->clients[i].fd >= 0)
			fds[n++] = (struct pollfd){.fd = server->clients[i].fd,
						   .events = events_of(&server->clients[i])};
	return n;
}

static json_t *
answer_error(enum lang lang, const char *code, const char *packed)
{
	struct buf text = BUF_MAX(4 * ERR_MAX);
	json_t *answer;

	say_packed(&text, lang, packed);
	answer = json_pack("{s:b, s:s, s:s+}", "ok", 0, "code", code, "text", buf_str(&text), "");
	buf_free(&text);
	return answer;
}

static json_t *
answer_invalid(enum lang lang, const struct err *err)
{
	return answer_error(lang, "invalid", err->text);
}

static struct client *
free_place(struct server *server)
{
	unsigned i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd < 0)
			return &server->clients[i];
	return NULL;
}

static void
turn_away(int fd)
{
	struct err err;
	json_t *answer;
	char *line;

	fail(&err, "too many programs are connected, at most %d; try again in a moment", CLIENTS_MAX);
	answer = answer_error(log_language(), "busy", err.text);
	line = json_dumps(answer, JSON_COMPACT);
	if (send(fd, line, strlen(line), MSG_NOSIGNAL) > 0)
		send(fd, "\n", 1, MSG_NOSIGNAL);
	free(line);
	json_decref(answer);
	close(fd);
}

static void
accept_all(struct server *server)
{
	struct client *c;
	struct ucred cred;
	socklen_t size;
	int fd;

	while ((fd = accept4(server->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		size = sizeof(cred);
		if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &size) < 0) {
			close(fd);
			continue;
		}
		c = free_place(server);
		if (!c) {
			turn_away(fd);
			continue;
		}
		*c = (struct client){.fd = fd,
				     .peer = {cred.uid, cred.gid, cred.pid},
				     .in = BUF_MAX(REQUEST_MAX + PIECE),
				     .out = BUF_MAX(ANSWER_MAX),
				     .active = clock_mono()};
	}
}

/* 0: nothing to be had any more (the other side closed, or the connection broke). */
static int
client_fill(struct client *c)
{
	char piece[PIECE];
	ssize_t got = recv(c->fd, piece, sizeof(piece), 0);

	if (got < 0)
		return errno == EAGAIN || errno == EINTR;
	if (got == 0)
		return 0;
	c->active = clock_mono();
	buf_add(&c->in, piece, (size_t)got);
	return 1;
}

static void
refuse_long(struct client *c)
{
	struct err err;

	fail(&err, "request: longer than %d bytes; ask for less at once", REQUEST_MAX);
	c->answer = answer_invalid(log_language(), &err);
	c->lang = log_language();
	c->last = 1;
	buf_free(&c->in);
	c->looked = 0;
}

static void
take_line(struct client *c, json_t *(*handle)(void *, const struct peer *, json_t *), void *ctx)
{
	const char *end = memchr(c->in.data, '\n', c->in.len);
	size_t len = (size_t)(end - c->in.data);
	json_t *request;
	json_error_t why;
	struct err err;

	if (len > REQUEST_MAX) {
		refuse_long(c);
		return;
	}
	request = json_loadb(c->in.data, len, JSON_REJECT_DUPLICATES, &why);
	c->lang = json_text(request, "lang") ? lang_of(json_text(request, "lang")) : log_language();
	if (!request) {
		fail(&err, "request: not JSON: %s, column %d; expected one JSON object on one line", why.text,
		     why.column);
		c->answer = answer_invalid(c->lang, &err);
	} else if (!json_is_object(request)) {
		fail(&err, "request: expected a JSON object on one line");
		c->answer = answer_invalid(c->lang, &err);
	} else {
		c->answer = handle(ctx, &c->peer, request);
	}
	json_decref(request);

	c->looked = 0;
	memmove(c->in.data, end + 1, c->in.len - len - 1);
	buf_cut(&c->in, c->in.len - len - 1);
	if (c->in.len == 0)
		buf_free(&c->in);
}

static void
client_serve(struct client *c, json_t *(*handle)(void *, const struct peer *, json_t *), void *ctx)
{
	int open = 1;

	if (is_busy(c) || c->last)
		return;
	if (!has_line(c))
		open = client_fill(c);
	if (has_line(c))
		take_line(c, handle, ctx);
	else if (c->in.len > REQUEST_MAX)
		refuse_long(c);
	else if (!open)
		client_close(c); /* half a line is no request: its writer died */
}

static struct client *
client_of(struct server *server, int fd)
{
	unsigned i;

	for (i = 0; i < CLIENTS_MAX; i++)
		if (server->clients[i].fd == fd)
			return &server->clients[i];
	return NULL;
}

void
server_read(struct server *server, const struct pollfd *fds, unsigned n,
	    json_t *(*handle)(void *ctx, const struct peer *, json_t *request), void *ctx)
{
	int64_t now = clock_mono();
	struct client *c;
	unsigned i;

	for (i = 0; i < n; i++) {
		if (!fds[i].revents || fds[i].fd == server->fd)
			continue;
		c = client_of(server, fds[i].fd);
		if (c)
			client_serve(c, handle, ctx);
	}
	for (i = 0; i < CLIENTS_MAX; i++) {
		c = &server->clients[i];
		if (c->fd >= 0 && !c->answer && now - c->active > IDLE_MAX)
			client_close(c);
	}
	for (i = 0; i < n; i++)
		if (fds[i].revents && fds[i].fd == server->fd)
			accept_all(server);
}

static int
add_piece(const char *bytes, size_t len, void *out)
{
	return buf_add(out, bytes, len);
}

static void
write_out(struct client *c)
{
	struct err err;
	json_t *instead;

	if (json_dump_callback(c->answer, add_piece, &c->out, JSON_COMPACT) < 0) {
		buf_clear(&c->out);
		fail(&err, "the answer is longer than %d bytes; ask for less at once", ANSWER_MAX);
		instead = answer_invalid(c->lang, &err);
		json_dump_callback(instead, add_piece, &c->out, JSON_COMPACT);
		json_decref(instead);
	}
	buf_char(&c->out, '\n');
	json_decref(c->answer);
	c->answer = NULL;
}

static void
client_send(struct client *c)
{
	ssize_t put;

	while (c->sent < c->out.len) {
		put = send(c->fd, c->out.data + c->sent, c->out.len - c->sent, MSG_NOSIGNAL);
		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0 && errno == EAGAIN)
			return;
		if (put < 0) {
			client_close(c);
			return;
		}
		c->sent += (size_t)put;
		c->active = clock_mono();
	}
	buf_free(&c->out);
	c->sent = 0;
	if (c->last)
		client_close(c);
}

void
server_flush(struct server *server)
{
	struct client *c;
	unsigned i;

	for (i = 0; i < CLIENTS_MAX; i++) {
		c = &server->clients[i];
		if (c->fd < 0)
			continue;
		if (c->answer)
			write_out(c);
		if (c->out.len > 0)
			client_send(c);
	}
}

void
server_spoil(struct server *server, const char *packed)
{
	struct client *c;
	unsigned i;

	for (i = 0; i < CLIENTS_MAX; i++) {
		c = &server->clients[i];
		if (c->fd < 0 || !c->answer)
			continue;
		json_decref(c->answer);
		c->answer = answer_error(c->lang, "failed", packed);
	}
}
