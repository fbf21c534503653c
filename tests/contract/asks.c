/* ask(): the same request for the same task, to the right host, and nothing from outside where it acts. */
#include "bench.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define HOSTILE "\"x\" <&>'%s\\\r\nX-Injected: 1\r\n\r\n\x01\x1b\x7f\xff\xc3 \xe4\xb8\xad"

static int
is_visible(const char *s)
{
	for (; *s; s++)
		if (*s <= 0x20 || *s == 0x7f) /* with signed char also everything beyond ASCII */
			return 0;
	return 1;
}

static void
check_headers(struct bench *b)
{
	const char *p = buf_str(&b->request.headers);
	size_t len, name;

	for (; *p; p += len + (p[len] == '\n')) {
		len = strcspn(p, "\n");
		name = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");
		expect(b->k, p[len] == '\n', "each header to end with a newline");
		expect(b->k, name > 0 && p[name] == ':', "headers of the form Name: value, found \"%.*s\"",
		       (int)len, p);
		expect(b->k, strncasecmp(p, "x-injected", 10) != 0, "no header that came from a text");
		expect(b->k, !memchr(p, '\r', len) && !memchr(p, '\x01', len),
		       "no control characters in headers");
	}
}

static void
check_http(struct bench *b)
{
	const char *url = buf_str(&b->request.url), *method = b->request.method;
	const struct host *h;
	char host[256] = "";

	expect(b->k,
	       method && (!strcmp(method, "GET") || !strcmp(method, "POST") || !strcmp(method, "PUT") ||
			  !strcmp(method, "PATCH") || !strcmp(method, "DELETE")),
	       "a method");
	if (!expect(b->k, !strncmp(url, "https://", 8), "an https address, found \"%.20s\"", url))
		return;
	snprintf(host, sizeof(host), "%.*s", (int)strcspn(url + 8, "/?#"), url + 8);
	for (h = b->k->c->hosts; h->pattern && !glob_match(h->pattern, host); h++)
		;
	expect(b->k, h->pattern != NULL, "a declared host, found \"%s\"", host);
	expect(b->k, (h->pattern && h->token) || !strstr(buf_str(&b->request.headers), "CANARY"),
	       "no secret for a host that may not see it: %s", host);
	expect(b->k, is_visible(url), "an address without spaces, control and foreign characters");
	expect(b->k, !strstr(url, TOKEN) && !strstr(url, GRANT) && !strstr(url, SECRET),
	       "no secret in the address");
	check_headers(b);
}

static void
check_mail(struct bench *b)
{
	const char *body = buf_str(&b->request.body), *end = strstr(body, "\r\n\r\n"), *injected;

	expect(b->k, strchr(buf_str(&b->request.from), '@') && is_visible(buf_str(&b->request.from)),
	       "a sender");
	expect(b->k, strchr(buf_str(&b->request.to), '@') && is_visible(buf_str(&b->request.to)),
	       "a recipient");
	if (expect(b->k, end != NULL, "a mail with headers and a body, lines ending with CRLF")) {
		injected = strcasestr(body, "\nx-injected");
		expect(b->k, !injected || injected > end, "no header that came from a text");
	}
}

void
check_request(struct bench *b)
{
	const struct request *r = &b->request;

	expect(b->k, !r->url.over && !r->headers.over && !r->body.over && !r->from.over && !r->to.over,
	       "ask to return -1, with a reason, when url, headers, body, from or to is `over`");
	if (b->p.role == SEND && b->p.action->repeat == REPEAT_NEVER)
		expect(b->k, r->once || (b->p.action->needs | b->p.action->takes) & TAKES_FILES,
		       "once = 1 for a send that nothing makes harmless, but for the upload of a file");
	if (b->p.role == REFRESH && b->p.credential->rotates)
		expect(b->k, r->once, "once = 1 for a refresh that ends the old grant");
	if (b->p.role == POLL || b->p.role == LOOK || b->p.role == CHECK || b->p.role == PUSH_KEY)
		expect(b->k, !r->once, "once = 0 for what only reads");
	if (r->medium == BY_HTTP)
		check_http(b);
	else
		check_mail(b);
}

static int
same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && !memcmp(buf_str(a), buf_str(b), a->len);
}

/* Another attempt has another key: a platform that tells attempts apart by it must see it. */
static void
check_key(struct bench *b)
{
	struct request usual = b->request;
	struct err err;

	if (b->p.role != SEND || b->p.action->repeat != REPEAT_SAME_KEY)
		return;
	request_init(&b->request);
	task_fill(b);
	b->task.key = "fedcba9876543210fedcba9876543210";
	expect(b->k,
	       !ask(b, &err) &&
		       !(same(&usual.url, &b->request.url) && same(&usual.headers, &b->request.headers) &&
			 same(&usual.body, &b->request.body)),
	       "the attempt's key in a send that is repeated with the same key");
	request_free(&usual);
}

static void
check_ask(struct bench *b)
{
	struct request first;
	struct err err = {0};
	char words[ERR_MAX];

	task_fill(b);
	if (ask(b, &err)) {
		err_english(err.text, words, sizeof(words));
		expect(b->k, b->p.role == ACK, "a request for a whole task, found: %s", words);
		expect(b->k, err.text[0], "a reason");
		return;
	}
	check_request(b);
	first = b->request;
	request_init(&b->request);
	task_fill(b);
	expect(b->k,
	       !ask(b, &err) && first.once == b->request.once && same(&first.url, &b->request.url) &&
		       same(&first.headers, &b->request.headers) && same(&first.body, &b->request.body) &&
		       same(&first.from, &b->request.from) && same(&first.to, &b->request.to),
	       "the same bytes for the same task");
	request_free(&first);
	check_key(b);
}

/* Texts from buyers, ids and tokens from platforms: ask may refuse them, but not put them anywhere they act. */
static void
check_hostile_ask(struct bench *b)
{
	static char long_text[64 * 1024];
	const char *hostile[] = {HOSTILE,   "",  "\n", "\r\nX-Injected: 1", "../../x?y#z@evil.example/",
				 long_text, NULL};
	struct err err;
	int i, field;

	memset(long_text, 'x', sizeof(long_text) - 1);
	for (i = 0; i < (int)(sizeof(hostile) / sizeof(hostile[0])); i++) {
		for (field = 0; field < 20; field++) {
			const char *s = hostile[i];

			task_fill(b);
			switch (field) {
			case 0: b->out.conversation = s; break;
			case 1: b->out.message = s; break;
			case 2: b->out.order = s; break;
			case 3: b->out.listing = s; break;
			case 4: b->out.buyer = s; break;
			case 5: b->out.text = s ? s : ""; break;
			case 6: b->out.marketplace = s; break;
			case 7: b->out.revision = s; break;
			case 8: b->task.cursor = s ? s : ""; break;
			case 9: b->task.token = s ? s : ""; break;
			case 10: b->task.grant = s ? s : ""; break;
			case 11: b->out.line = s; break;
			case 12: b->out.dispute = s; break;
			case 13: b->out.feedback = s; break;
			case 14: b->out.reason = s; break;
			case 15: b->out.carrier = s; break;
			case 16: b->out.tracking = s; break;
			case 17: b->out.memo = s; break;
			case 18: b->out.nfiles = 0; break;
			case 19: b->out.amount = (struct money){0}; break;
			}
			err.text[0] = '\0';
			if (!ask(b, &err))
				check_request(b);
			else
				expect(b->k, err.text[0], "a reason");
		}
	}
}

/* What an action says it needs it refuses to go without. */
static void
check_needs(struct bench *b)
{
	const struct {
		unsigned bit;
		const char *name;
	} needs[] = {{TAKES_TEXT, "a text"},
		     {TAKES_AMOUNT, "an amount"},
		     {TAKES_TRACKING, "a tracking number"},
		     {TAKES_FILES, "a file"}};
	struct err err;
	size_t i;

	if (b->p.role != SEND)
		return;
	for (i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
		if (!(b->p.action->needs & needs[i].bit))
			continue;
		task_fill(b);
		switch (needs[i].bit) {
		case TAKES_TEXT: b->out.text = ""; break;
		case TAKES_AMOUNT: b->out.amount = (struct money){0}; break;
		case TAKES_TRACKING: b->out.tracking = ""; break;
		case TAKES_FILES: b->out.nfiles = 0; break;
		}
		err.text[0] = '\0';
		expect(b->k, ask(b, &err) && err.text[0], "no request without %s, which it needs",
		       needs[i].name);
	}
}

void
check_asks(struct bench *b)
{
	check_ask(b);
	check_needs(b);
	check_hostile_ask(b);
}
