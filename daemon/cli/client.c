/* client.c - one request over the service's socket. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "daemon/conf/conf.h"
#include "daemon/conf/ini.h"
#include "verb.h"

enum { ANSWER_MAX = 64 << 20, PATIENCE = 30 /* s */ };

static int
connect_to(const char *path, struct err *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct timeval patience = {.tv_sec = PATIENCE};
	int fd;

	if (strlen(path) >= sizeof address.sun_path)
		return fail(err, "%s: the path of a socket may have at most %zu bytes", path,
			    sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if ((fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) < 0)
		return fail(err, "%s: no socket: %s", path, strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
	if (!connect(fd, (struct sockaddr *)&address, sizeof address))
		return fd;
	if (errno == ENOENT || errno == ECONNREFUSED)
		fail(err,
		     "the service does not run (nobody listens at %s); start it: systemctl start supercargo",
		     path);
	else if (errno == EACCES)
		fail(err, "you may not open %s; be added to the group supercargo, or use sudo", path);
	else
		fail(err, "%s: cannot be reached: %s", path, strerror(errno));
	close(fd);
	return -1;
}

static int
send_line(int fd, const json_t *request, struct err *err)
{
	char *text = json_dumps(request, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0, at = 0;

	if (!text)
		return fail(err, "the request cannot be written as JSON");
	text[len++] = '\n'; /* in place of the NUL */
	while (at < len) {
		ssize_t n = send(fd, text + at, len - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		at += (size_t)n;
	}
	free(text);
	return at == len ? 0 : fail(err, "the service took no request: %s", strerror(errno));
}

static int
receive_line(int fd, struct buf *line, struct err *err)
{
	char piece[65536];
	ssize_t n;

	while (!line->len || line->data[line->len - 1] != '\n') {
		n = recv(fd, piece, sizeof piece, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return fail(err, "the service did not answer within %d seconds", PATIENCE);
		if (n <= 0)
			return fail(err, "the service went away before it answered; look with: journalctl -u "
					 "supercargo");
		if (buf_add(line, piece, (size_t)n))
			return fail(err, "the service's answer is longer than %d bytes", ANSWER_MAX);
	}
	return 0;
}

json_t *
client_exchange(const char *socket_path, const json_t *request, struct err *err)
{
	struct buf line = BUF_MAX(ANSWER_MAX);
	json_t *answer = NULL;
	json_error_t e;
	int fd = connect_to(socket_path, err);

	if (fd < 0 || send_line(fd, request, err) || receive_line(fd, &line, err))
		goto out;
	if (!(answer = json_loadb(line.data, line.len, 0, &e)))
		fail(err, "the service's answer is not JSON: %s", e.text);
out:
	if (fd >= 0)
		close(fd);
	buf_free(&line);
	return answer;
}

static void
see_socket(void *ctx, const struct ini_item *item)
{
	char **path = ctx;

	if (item->key && !strcmp(item->section, "service") && !strcmp(item->key, "socket")) {
		free(*path);
		*path = must_strdup(item->value);
	}
}

/* Where the service listens.  Those who may not read the configuration, with its secrets, find the usual place. */
static char *
socket_of(const struct call *c)
{
	char *path = NULL;
	struct ini_reader see = {see_socket, NULL, &path};
	struct err ignored;

	if (c->socket)
		return must_strdup(c->socket);
	if (ini_read(c->conf_file, &see, &ignored) < 0 || !path)
		path = must_strdup(conf_preset("service", "socket"));
	return path;
}

json_t *
client_ask(const struct call *c, const char *verb, const json_t *args, struct err *err)
{
	json_t *request = json_pack("{s:s, s:O, s:s}", "verb", verb, "args", args, "lang",
				    c->lang == LANG_ZH ? "zh" : "en");
	char *path = socket_of(c);
	json_t *answer = client_exchange(path, request, err), *result = NULL;

	if (!answer)
		goto out;
	if (json_is_true(json_object_get(answer, "ok")))
		result = json_incref(json_object_get(answer, "result"));
	else
		fail(err, "%s", json_text(answer, "text") ? json_text(answer, "text") : "?");
	if (!result && json_is_true(json_object_get(answer, "ok")))
		result = json_object();
out:
	free(path);
	json_decref(request);
	json_decref(answer);
	return result;
}
