#include "daemon/transport/address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

#define ENDPOINT_EXPECTED "http://127.0.0.1:9000"

static int
is_loopback(const char *host)
{
	unsigned char address[4];

	return !strcasecmp(host, "localhost") || !strcmp(host, "[::1]") ||
	       (inet_pton(AF_INET, host, address) == 1 && address[0] == 127);
}

/* Space, controls, bytes beyond ASCII, and '\', which browsers and others take for '/'. */
static int
has_strange_byte(const char *url)
{
	const unsigned char *p = (const unsigned char *)url;

	while (*p > 0x20 && *p < 0x7f && *p != '\\')
		p++;
	return *p != '\0';
}

/* One part of an address; "" when it has none.  The caller frees it. */
static char *
part(CURLU *url, CURLUPart what, unsigned flags)
{
	char *text = NULL, *copy;

	if (curl_url_get(url, what, &text, flags) != CURLUE_OK)
		return must_strdup("");
	copy = must_strdup(text);
	curl_free(text);
	return copy;
}

static int
read_url(CURLU *parsed, const char *url, struct err *err)
{
	CURLUcode code;

	if (has_strange_byte(url))
		return fail(err, "address: found a space, a control character or a byte that is not ASCII; "
				 "nothing was sent");
	code = curl_url_set(parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER | CURLU_PATH_AS_IS);
	if (code == CURLUE_USER_NOT_ALLOWED)
		return fail(err,
			    "address: found a user name or password in it, expected none; nothing was sent");
	if (code != CURLUE_OK)
		return fail(err, "address: cannot be read (%s); nothing was sent", curl_url_strerror(code));
	return 0;
}

static int
is_declared(const struct host *hosts, const char *host)
{
	for (; hosts->pattern; hosts++)
		if (glob_match(hosts->pattern, host))
			return 1;
	return 0;
}

static int
may_go(CURLU *parsed, const char *host, const struct host *hosts, struct err *err)
{
	char *scheme = part(parsed, CURLUPART_SCHEME, 0), *port = part(parsed, CURLUPART_PORT, 0);
	int r = -1;

	if (strcmp(scheme, "https") != 0 && strcmp(scheme, "http") != 0)
		fail(err, "%s: found %s, expected https; nothing was sent", host, scheme);
	else if (!strcmp(scheme, "http") && !is_loopback(host))
		fail(err, "%s: plain http would show everything on the way; use https", host);
	else if (hosts && !is_declared(hosts, host))
		fail(err, "%s: not a host of this platform; nothing was sent", host);
	else if (hosts && !strcmp(scheme, "https") && *port && strcmp(port, "443") != 0)
		fail(err, "%s: found port %s, expected 443; nothing was sent", host, port);
	else
		r = 0;
	free(scheme);
	free(port);
	return r;
}

/* Turns the socket to the endpoint, and the scheme with it; Host, SNI and authority stay those of the address. */
static int
follow_endpoint(struct address *address, CURLU *parsed, const char *endpoint, struct err *err)
{
	CURLU *to = curl_url();
	struct buf way = BUF_MAX(1024);
	char *scheme, *host, *port, *path, *query;
	int r = -1;

	if (has_strange_byte(endpoint) ||
	    curl_url_set(to, CURLUPART_URL, endpoint, CURLU_DISALLOW_USER) != CURLUE_OK) {
		curl_url_cleanup(to);
		return fail(err, "endpoint: found \"%s\", expected an address like %s", endpoint,
			    ENDPOINT_EXPECTED);
	}
	scheme = part(to, CURLUPART_SCHEME, 0);
	host = part(to, CURLUPART_HOST, 0);
	path = part(to, CURLUPART_PATH, 0);
	query = part(to, CURLUPART_QUERY, 0);
	port = part(to, CURLUPART_PORT, CURLU_DEFAULT_PORT);
	if ((strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0) || strcmp(path, "/") != 0 ||
	    *query) {
		fail(err, "endpoint: found \"%s\", expected an address like %s", endpoint, ENDPOINT_EXPECTED);
	} else if (!strcmp(scheme, "http") && !is_loopback(host)) {
		fail(err, "endpoint: %s: plain http would show everything on the way; use https", host);
	} else {
		curl_url_set(parsed, CURLUPART_SCHEME, scheme, 0);
		curl_url_set(parsed, CURLUPART_PORT, NULL, 0);
		buf_fmt(&way, "::%s:%s", host, port);
		address->connect_to = curl_slist_append(NULL, buf_str(&way));
		address->direct = is_loopback(host);
		buf_free(&way);
		r = 0;
	}
	free(scheme);
	free(host);
	free(port);
	free(path);
	free(query);
	curl_url_cleanup(to);
	return r;
}

int
address_find(struct address *address, const char *url, const struct route *route, struct err *err)
{
	CURLU *parsed = curl_url();
	int r = -1;

	memset(address, 0, sizeof(*address));
	if (read_url(parsed, url, err) < 0)
		goto out;
	address->host = part(parsed, CURLUPART_HOST, 0);
	address->direct = is_loopback(address->host);
	if (may_go(parsed, address->host, route->hosts, err) < 0)
		goto out;
	if (*route->endpoint && follow_endpoint(address, parsed, route->endpoint, err) < 0)
		goto out;
	curl_url_set(parsed, CURLUPART_FRAGMENT, NULL, 0);
	address->url = part(parsed, CURLUPART_URL, 0);
	r = 0;
out:
	curl_url_cleanup(parsed);
	if (r < 0)
		address_free(address);
	return r;
}

int
address_find_mail(struct address *address, const char *url, const struct route *route, int *tls,
		  struct err *err)
{
	CURLU *parsed = curl_url();
	char *scheme = NULL;
	int r = -1;

	memset(address, 0, sizeof(*address));
	if (read_url(parsed, url, err) < 0)
		goto out;
	scheme = part(parsed, CURLUPART_SCHEME, 0);
	address->host = part(parsed, CURLUPART_HOST, 0);
	address->direct = is_loopback(address->host);
	if (strcmp(scheme, "smtp") != 0 && strcmp(scheme, "smtps") != 0) {
		fail(err, "%s: found %s, expected smtps or smtp; nothing was sent", address->host, scheme);
		goto out;
	}
	*tls = !strcmp(scheme, "smtps") || !address->direct || *route->ca;
	address->url = part(parsed, CURLUPART_URL, 0);
	r = 0;
out:
	free(scheme);
	curl_url_cleanup(parsed);
	if (r < 0)
		address_free(address);
	return r;
}

void
address_free(struct address *address)
{
	free(address->url);
	free(address->host);
	curl_slist_free_all(address->connect_to);
	memset(address, 0, sizeof(*address));
}

/* RFC 9110 5.6.2 */
static int
is_token(const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)text[i] <= 0x20 || (unsigned char)text[i] >= 0x7f ||
		    strchr("\"(),/:;<=>?@[\\]{}", text[i]))
			return 0;
	return n > 0;
}

/* Ours to set: they say where the request goes, where it ends, and what happens to the connection. */
static int
is_reserved(const char *name, size_t n)
{
	static const char *const names[] = {
		"Host", "Content-Length", "Transfer-Encoding", "Connection",     "Expect", "Upgrade",
		"TE",   "Trailer",        "Keep-Alive",        "Accept-Encoding"};
	unsigned i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == n && !strncasecmp(names[i], name, n))
			return 1;
	return n >= 6 && !strncasecmp(name, "Proxy-", 6);
}

static int
is_plain_value(const char *text, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (((unsigned char)text[i] < 0x20 && text[i] != '\t') || text[i] == 0x7f)
			return 0;
	return 1;
}

static int
add_header(struct curl_slist **list, const char *line, size_t len, struct err *err)
{
	const char *colon = memchr(line, ':', len);
	size_t name = colon ? (size_t)(colon - line) : 0, value = name + 1;
	struct buf text = BUF_MAX(len + 3);

	if (!colon || !is_token(line, name))
		return fail(err, "request: a header line without a proper name; nothing was sent");
	if (is_reserved(line, name))
		return fail(err, "request: header %.*s is not for a connector to set; nothing was sent",
			    (int)name, line);
	if (!is_plain_value(line + value, len - value))
		return fail(err, "request: header %.*s holds a control character; nothing was sent",
			    (int)name, line);
	while (value < len && (line[value] == ' ' || line[value] == '\t'))
		value++;
	if (value == len) /* libcurl sends an empty header only when it is written so */
		buf_fmt(&text, "%.*s;", (int)name, line);
	else
		buf_fmt(&text, "%.*s: %.*s", (int)name, line, (int)(len - value), line + value);
	*list = curl_slist_append(*list, buf_str(&text));
	buf_free(&text);
	return 0;
}

int
headers_list(const char *lines, struct curl_slist **list, struct err *err)
{
	const char *end;

	*list = NULL;
	for (; *lines; lines = *end ? end + 1 : end) {
		end = strchrnul(lines, '\n');
		if (add_header(list, lines, (size_t)(end - lines), err) < 0) {
			curl_slist_free_all(*list);
			*list = NULL;
			return -1;
		}
	}
	return 0;
}
