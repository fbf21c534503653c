#include "daemon/console/console.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "daemon/api/verbs.h"
#include "daemon/clock.h"
#include "daemon/console/page.h"
#include "daemon/console/password.h"
#include "daemon/console/tries.h"
#include "daemon/log.h"
#include "daemon/outbox/needs.h"
#include "daemon/service/inbound.h"

#define BODY_MAX     8192
#define PAGE_MAX     (4u << 20)
#define CLIENTS      32
#define FIELD_MAX    1024
#define TOKEN_BYTES  32
#define TOKEN_HEX    (2 * TOKEN_BYTES)
#define BETWEEN      SECOND /* two passwords, which each keep the loop for a moment */
#define SEEN_EVERY   (15 * MINUTE)
#define COOKIE_SAFE  "__Host-supercargo" /* only by TLS, only to this host */
#define COOKIE_PLAIN "supercargo"

struct console {
	struct inbound *in;
	struct tries tries;
	int64_t tried;              /* when the last password was; monotonic */
	char nobody[PASSWORD_HASH]; /* a password that nobody has: unknown names take as long as known ones */
};

/* One request while it is judged. */
struct call {
	struct console *c;
	struct daemon *d;
	struct visit *v;
	int64_t now;
	enum lang lang;
	const struct conf_operator *operator; /* who is logged in; NULL */
	unsigned char session[SESSION_HASH];
	char token[TOKEN_HEX + 1]; /* of the session, for forms */
	char path[64];             /* without the query */
};

static void
respond(struct call *q, unsigned status, const char *type)
{
	struct visit *v = q->v;

	v->status = status;
	v->type = type;
	if (v->answer.over) {
		buf_clear(&v->answer);
		v->status = 500;
		v->type = "text/plain; charset=utf-8";
		buf_put(&v->answer, say(q->lang, TEXT("This page is too long.")));
	}
}

static void
respond_page(struct call *q, unsigned status)
{
	respond(q, status, "text/html; charset=utf-8");
}

static struct page
page_of(struct call *q)
{
	const enum role role = q->operator? q->operator->role : ROLE_VIEWER;

	return (struct page){.lang = q->lang,
			     .now = q->now,
			     .operator= q->operator
			     ? q->operator->name : NULL,
			     .may_approve = role >= ROLE_APPROVER,
			     .may_drop = role >= ROLE_AGENT,
			     .token = q->token,
			     .path = q->path,
			     .out = &q->v->answer };
}

static void
refuse(struct call *q, unsigned status, const char *why)
{
	struct page p = page_of(q);

	p.said = say(q->lang, why);
	p.bad = 1;
	p.path = "/";
	page_said(&p);
	respond_page(q, status);
}

static void
lead_to(struct call *q, const char *path)
{
	buf_fmt(&q->v->headers, "Location: %s\n", path);
	q->v->status = 303;
}

/* ---- who may ask at all ---- */

/* "https://desk.example.com" -> "desk.example.com" */
static const char *
public_host(const struct call *q)
{
	const char *url = q->d->conf->service.console_url, *host = strstr(url, "://");

	return host ? host + 3 : "";
}

static int
is_public(const struct call *q, const char *host)
{
	const char *ours = public_host(q);
	const size_t n = strcspn(ours, "/");

	return n && strlen(host) == n && !strncasecmp(host, ours, n);
}

/* A page in a browser can make its own name point to 127.0.0.1; then the Host header is still that name. */
static int
is_loopback(const char *host)
{
	static const char *const names[] = {"127.0.0.1", "localhost", "[::1]"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const size_t n = strlen(names[i]);

		if (!strncasecmp(host, names[i], n) &&
		    (!host[n] || (host[n] == ':' && !host[n + 1 + strspn(host + n + 1, "0123456789")])))
			return 1;
	}
	return 0;
}

static int
host_is_ours(const struct call *q)
{
	const char *host = visit_header(q->v, "Host");

	return host && (is_public(q, host) || is_loopback(host));
}

/* Browsers say with each POST where its form stood. */
static int
origin_is_ours(const struct call *q)
{
	const char *origin = visit_header(q->v, "Origin"), *host = visit_header(q->v, "Host"), *named;
	const char *url = q->d->conf->service.console_url;

	if (!origin || !host || !(named = strstr(origin, "://")) || strcasecmp(named + 3, host) != 0)
		return 0;
	if (is_public(q, host))
		return (size_t)(named - origin) == (size_t)(strstr(url, "://") - url) &&
		       !strncasecmp(origin, url, (size_t)(named - origin));
	return named - origin == 4 && !strncasecmp(origin, "http", 4);
}

static int
is_safe(const struct call *q)
{
	return !strncasecmp(q->d->conf->service.console_url, "https://", 8);
}

/* ---- small pieces of a request ---- */

/* A value of the form; "" when it is absent, too long or no text. */
static void
field(const struct call *q, const char *name, char out[FIELD_MAX])
{
	struct buf form = BUF_MAX(BODY_MAX + 2), value = BUF_MAX(FIELD_MAX - 1);

	*out = '\0';
	buf_char(&form, '?');
	buf_add(&form, q->v->body, q->v->len);
	if (url_query_get(buf_str(&form), name, &value) && !value.over &&
	    strlen(buf_str(&value)) == value.len && utf8_valid(buf_str(&value), value.len))
		strcpy(out, buf_str(&value));
	sodium_memzero(form.data, form.len);
	if (value.data)
		sodium_memzero(value.data, value.len);
	buf_free(&form);
	buf_free(&value);
}

/* The value of a cookie into out, which has room for n and a NUL: 1, or 0. */
static int
cookie(const struct call *q, const char *name, char *out, size_t n)
{
	const char *p = visit_header(q->v, "Cookie");
	const size_t len = strlen(name);

	for (; p && *p; p += strcspn(p, ";"), p += *p == ';') {
		p += strspn(p, " ");
		if (strncmp(p, name, len) != 0 || p[len] != '=' || strcspn(p + len + 1, "; ") > n)
			continue;
		snprintf(out, n + 1, "%.*s", (int)strcspn(p + len + 1, "; "), p + len + 1);
		return 1;
	}
	return 0;
}

static const char *
session_cookie(const struct call *q)
{
	return is_safe(q) ? COOKIE_SAFE : COOKIE_PLAIN;
}

static void
set_cookie(struct call *q, const char *name, const char *value, int64_t seconds)
{
	buf_fmt(&q->v->headers, "Set-Cookie: %s=%s; Path=/; HttpOnly; SameSite=Strict%s; Max-Age=%lld\n",
		name, value, is_safe(q) ? "; Secure" : "", (long long)seconds);
}

/* The reader's language: what was chosen at the foot of a page, else what the browser prefers, else that of the service. */
static enum lang
language(struct call *q)
{
	const char *p = visit_header(q->v, "Accept-Language");
	struct buf chosen = BUF_MAX(16);
	char kept[8];
	enum lang lang;

	if (url_query_get(q->v->url, "lang", &chosen) &&
	    (!strcmp(buf_str(&chosen), "zh") || !strcmp(buf_str(&chosen), "en"))) {
		lang = lang_of(buf_str(&chosen));
		set_cookie(q, "lang", buf_str(&chosen), 365 * 24 * 3600);
		buf_free(&chosen);
		return lang;
	}
	buf_free(&chosen);
	if (cookie(q, "lang", kept, sizeof kept - 1))
		return lang_of(kept);
	for (; p && *p; p += strcspn(p, ","), p += *p == ',') {
		p += strspn(p, " ");
		if (!strncasecmp(p, "zh", 2))
			return LANG_ZH;
		if (!strncasecmp(p, "en", 2))
			return LANG_EN;
	}
	return q->d->conf->service.language;
}

/* ---- sessions ---- */

static const struct conf_operator *
operator_named(const struct daemon *d, const char *name)
{
	for (int i = 0; i < d->conf->noperators; i++)
		if (!strcmp(d->conf->operators[i].name, name))
			return &d->conf->operators[i];
	return NULL;
}

/* What the forms of a session carry: who only knows what the store holds cannot make it. */
static void
token_of(const unsigned char secret[TOKEN_BYTES], char hex[TOKEN_HEX + 1])
{
	static const char what[] = "supercargo form";
	unsigned char token[TOKEN_BYTES];

	crypto_generichash(token, sizeof token, (const unsigned char *)what, sizeof what, secret,
			   TOKEN_BYTES);
	sodium_bin2hex(hex, TOKEN_HEX + 1, token, sizeof token);
}

static void
session_find(struct call *q)
{
	char hex[TOKEN_HEX + 1];
	unsigned char secret[TOKEN_BYTES];
	struct session_row row;
	size_t n;

	if (!cookie(q, session_cookie(q), hex, TOKEN_HEX) ||
	    sodium_hex2bin(secret, sizeof secret, hex, strlen(hex), NULL, &n, NULL) || n != TOKEN_BYTES)
		return;
	sha256(secret, sizeof secret, q->session);
	if (!session_get(q->d->store, q->session, q->now, &row) ||
	    !(q->operator= operator_named(q->d, row.operator)))
		return;
	token_of(secret, q->token);
	if (q->now - row.seen > SEEN_EVERY)
		session_seen(q->d->store, q->session, q->now);
}

static void
session_begin(struct call *q, const struct conf_operator *o)
{
	unsigned char secret[TOKEN_BYTES], hash[SESSION_HASH];
	char hex[TOKEN_HEX + 1];

	random_bytes(secret, sizeof secret);
	sha256(secret, sizeof secret, hash);
	session_add(q->d->store, hash, o->name, q->now);
	sodium_bin2hex(hex, sizeof hex, secret, sizeof secret);
	set_cookie(q, session_cookie(q), hex, 7 * 24 * 3600);
	sodium_memzero(secret, sizeof secret);
}

/* ---- logging in ---- */

/* Only the number of an action leads anywhere after the login. */
static void
next_path(const char *next, char path[64])
{
	const size_t n = strspn(next, "0123456789");

	if (n && n < 19 && !next[n] && *next != '0')
		snprintf(path, 64, "/a/%s", next);
	else
		strcpy(path, "/");
}

static void
show_login(struct call *q, unsigned status, const char *said, const char *next)
{
	struct page p = page_of(q);
	char path[64];

	next_path(next, path);
	if (!path[1])
		next = "";
	snprintf(path, sizeof path, "/login?next=%s", next);
	p.said = said;
	p.bad = 1;
	p.path = path;
	p.operator= NULL;
	page_login(&p, next);
	respond_page(q, status);
}

static void
wait_told(struct call *q, int64_t wait, const char *next)
{
	char text[ERR_MAX];

	snprintf(text, sizeof text, say(q->lang, TEXT("Too many wrong passwords; try again in %lld s.")),
		 (long long)((wait + SECOND - 1) / SECOND));
	buf_fmt(&q->v->headers, "Retry-After: %lld\n", (long long)((wait + SECOND - 1) / SECOND));
	show_login(q, 429, text, next);
}

/* As long for a name that nobody has. */
static int
password_try(struct call *q, const struct conf_operator *o, const char *password)
{
	const char *hash = o ? password_get(q->d->store, o->name) : NULL;
	const int fits = password_fits(hash ? hash : q->c->nobody, password);

	return fits && hash;
}

static void
post_login(struct call *q)
{
	struct console *c = q->c;
	const int64_t mono = clock_mono();
	char name[FIELD_MAX], password[FIELD_MAX], next[FIELD_MAX], path[64];
	const struct conf_operator *o;
	int64_t wait;

	field(q, "name", name);
	field(q, "next", next);
	o = operator_named(q->d, name);
	if ((wait = tries_wait(&c->tries, name, o != NULL, mono)) > 0) {
		wait_told(q, wait, next);
		return;
	}
	if (c->tried && mono - c->tried < BETWEEN)
		return; /* in a later turn */
	c->tried = mono;
	field(q, "password", password);
	if (password_try(q, o, password)) {
		tries_right(&c->tries, name);
		session_begin(q, o);
		log_info("console: %s logged in", o->name);
		next_path(next, path);
		lead_to(q, path);
	} else {
		tries_wrong(&c->tries, name, o != NULL, mono);
		log_warn("console: a wrong password for %s", o ? o->name : "?");
		show_login(q, 403, say(q->lang, TEXT("Name or password is wrong.")), next);
	}
	sodium_memzero(password, sizeof password);
}

/* ---- verbs of the API ---- */

static json_t *
ask(struct call *q, const char *verb, json_t *args)
{
	json_t *request = json_pack("{s:s, s:o, s:s}", "verb", verb, "args", args, "lang",
				    q->lang == LANG_ZH ? "zh" : "en");
	json_t *answer = verb_handle_as(q->d, q->operator, request, q->now);

	json_decref(request);
	return answer;
}

static int
is_ok(const json_t *answer)
{
	return json_flag(answer, "ok", 0);
}

static const char *
code_of(const json_t *answer)
{
	const char *code = json_text(answer, "code");

	return code ? code : "";
}

/* ---- pages ---- */

static void
show_list(struct call *q)
{
	struct page p = page_of(q);
	json_t *answer = ask(q, "approvals", json_object());

	page_list(&p, json_obj(answer, "result"));
	respond_page(q, 200);
	json_decref(answer);
}

static json_t *
look(struct call *q, const char *id)
{
	return ask(q, "approval", json_pack("{s:s}", "id", id));
}

static int
has_left(const char *state)
{
	return words_hold("ready sending unsure sent", state);
}

/* Who decided on it, for whom comes back to it; packed. */
static void
outcome(const struct call *q, const json_t *action, char packed[ERR_MAX])
{
	const char *state = json_text(action, "state"), *who = json_text(action, "operator");
	const int ours = who && !strcmp(who, q->operator->name);

	*packed = '\0';
	if (!state || !who)
		return;
	if (!strcmp(state, "dropped") && ours)
		pack(packed, "you have dropped it: it does not leave");
	else if (!strcmp(state, "dropped"))
		pack(packed, "%s has dropped it: it does not leave", who);
	else if (has_left(state) && ours)
		pack(packed, "you have let it leave");
	else if (has_left(state))
		pack(packed, "%s has let it leave", who);
}

static void
show_approval(struct call *q, unsigned status, const json_t *approval, const char *said, int bad)
{
	struct page p = page_of(q);
	struct buf became = BUF_MAX(2 * ERR_MAX);
	char packed[ERR_MAX];

	outcome(q, json_obj(approval, "action"), packed);
	say_packed(&became, q->lang, packed);
	p.said = said ? said : became.len ? buf_str(&became) : NULL;
	p.bad = bad;
	page_action(&p, approval);
	respond_page(q, status);
	buf_free(&became);
}

static void
show_action(struct call *q, const char *id)
{
	json_t *answer = look(q, id);

	if (is_ok(answer))
		show_approval(q, 200, json_obj(answer, "result"), NULL, 0);
	else
		refuse(q, 404, TEXT("There is no such action."));
	json_decref(answer);
}

/* Did somebody do this before?  Then it is not done again, and its page says by whom. */
static int
is_done(const json_t *action, const char *verb)
{
	const char *state = json_text(action, "state");

	if (!state)
		return 0;
	return strcmp(verb, "approve") ? !strcmp(verb, "drop") && !strcmp(state, "dropped") : has_left(state);
}

/* It was not done: the page as it is now, with the reason. */
static void
show_refused(struct call *q, const char *id, const char *verb, const json_t *refused)
{
	const char *code = code_of(refused), *text = json_text(refused, "text");
	json_t *answer = look(q, id);
	const json_t *approval = json_obj(answer, "result");
	char path[64];

	if (!is_ok(answer)) {
		refuse(q, 404, TEXT("There is no such action."));
	} else if (!strcmp(code, "denied")) {
		show_approval(q, 403, approval, text, 1);
	} else if (is_done(json_obj(approval, "action"), verb)) {
		snprintf(path, sizeof path, "/a/%.40s", id + 1);
		lead_to(q, path);
	} else {
		show_approval(q, 409, approval, text, 1);
	}
	json_decref(answer);
}

static void
post_action(struct call *q, const char *id)
{
	static const char *const verbs[] = {"approve", "drop", "undo"};
	char verb[FIELD_MAX], version[FIELD_MAX], path[64];
	json_t *answer;
	size_t i = 0;

	field(q, "do", verb);
	field(q, "version", version);
	while (i < sizeof verbs / sizeof *verbs && strcmp(verbs[i], verb) != 0)
		i++;
	if (i == sizeof verbs / sizeof *verbs || !*version) {
		refuse(q, 400, TEXT("This form is not one of ours."));
		return;
	}
	answer = ask(q, verbs[i], json_pack("{s:s, s:s}", "id", id, "version", version));
	if (is_ok(answer)) {
		log_info("console: %s: %s %s", q->operator->name, verbs[i], id);
		snprintf(path, sizeof path, "/a/%.40s", id + 1);
		lead_to(q, path);
	} else {
		show_refused(q, id, verbs[i], answer);
	}
	json_decref(answer);
}

/* ---- a request ---- */

static void
add_headers(struct call *q, int is_style)
{
	buf_put(&q->v->headers,
		"Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'; "
		"frame-ancestors 'none'; base-uri 'none'\n"
		"X-Content-Type-Options: nosniff\nX-Frame-Options: DENY\n"
		"Cross-Origin-Opener-Policy: same-origin\nCross-Origin-Resource-Policy: same-origin\n"
		/* no-referrer would make browsers hide the origin of our own forms from us */
		"Referrer-Policy: same-origin\n");
	buf_put(&q->v->headers, is_style ? "Cache-Control: max-age=3600\n" : "Cache-Control: no-store\n");
}

/* "/a/12" -> "a12"; also "/a/a12".  1, or 0: something else. */
static int
action_of(const char *path, char id[32])
{
	const char *number;
	int64_t n;
	char kind;

	if (strncmp(path, "/a/", 3) != 0)
		return 0;
	number = path + 3 + (path[3] == 'a');
	return snprintf(id, 32, "a%s", number) < 32 && !local_id(id, &kind, &n);
}

static void
get(struct call *q)
{
	char id[32], to[64];
	const int is_action = action_of(q->path, id), is_list = !strcmp(q->path, "/");

	if (!strcmp(q->path, "/style.css")) {
		buf_put(&q->v->answer, page_style);
		respond(q, 200, "text/css; charset=utf-8");
	} else if (!strcmp(q->path, "/login")) {
		struct buf next = BUF_MAX(32);

		url_query_get(q->v->url, "next", &next);
		show_login(q, 200, NULL, buf_str(&next));
		buf_free(&next);
	} else if (!is_action && !is_list) {
		refuse(q, 404, TEXT("There is no such page."));
	} else if (!q->operator) {
		snprintf(to, sizeof to, is_action ? "/login?next=%.40s" : "/login", id + 1);
		lead_to(q, to);
	} else if (is_list) {
		show_list(q);
	} else {
		show_action(q, id);
	}
}

static void
post(struct call *q)
{
	char id[32], token[FIELD_MAX];

	if (!origin_is_ours(q)) {
		refuse(q, 403, TEXT("This form came from somewhere else; nothing was done."));
		return;
	}
	if (!strcmp(q->path, "/login")) {
		post_login(q);
		return;
	}
	field(q, "token", token);
	if (!q->operator|| strlen(token) != TOKEN_HEX || sodium_memcmp(token, q->token, TOKEN_HEX)) {
		refuse(q, 403, TEXT("You are not logged in any more; nothing was done."));
	} else if (!strcmp(q->path, "/logout")) {
		session_end(q->d->store, q->session);
		set_cookie(q, session_cookie(q), "", 0);
		lead_to(q, "/login");
	} else if (action_of(q->path, id)) {
		post_action(q, id);
	} else {
		refuse(q, 404, TEXT("There is no such page."));
	}
}

struct judging {
	struct console *c;
	struct daemon *d;
	int64_t now;
};

static void
judge(void *ctx, struct visit *v)
{
	const struct judging *j = ctx;
	struct call q = {.c = j->c, .d = j->d, .v = v, .now = j->now};

	snprintf(q.path, sizeof q.path, "%.*s", (int)strcspn(v->url, "?"), v->url);
	buf_clear(&v->headers);
	q.lang = language(&q);
	if (!host_is_ours(&q)) {
		refuse(&q, 403, TEXT("This is not the address of the console: see console_url."));
	} else {
		session_find(&q);
		if (!strcmp(v->method, "POST"))
			post(&q);
		else
			get(&q);
	}
	if (v->status)
		add_headers(&q, v->status == 200 && !strcmp(q.path, "/style.css"));
}

static unsigned
refuse_at_once(const struct visit *v)
{
	if (strcmp(v->method, "GET") != 0 && strcmp(v->method, "HEAD") != 0 && strcmp(v->method, "POST") != 0)
		return 405;
	return 0;
}

struct console *
console_open(int port, struct err *err)
{
	const struct inbound_kind kind = {.body = BODY_MAX,
					  .answer = PAGE_MAX,
					  .clients = CLIENTS,
					  .brief = 1,
					  .refuse = refuse_at_once};
	struct console *c = must_zalloc(sizeof *c);
	char random[2 * RANDOM_HEX + 1];

	random_bytes(c->tries.key, sizeof c->tries.key);
	random_hex(random);
	if (password_hash(random, c->nobody, err)) {
		free(c);
		return NULL;
	}
	if (!(c->in = inbound_open(&kind, port))) {
		fail(err, "console: port %d on 127.0.0.1 cannot be opened: %s; choose another console_port",
		     port, strerror(errno));
		free(c);
		return NULL;
	}
	return c;
}

int
console_fd(const struct console *c)
{
	return inbound_fd(c->in);
}

void
console_serve(struct console *c)
{
	inbound_serve(c->in);
}

void
console_judge(struct console *c, struct daemon *d, int64_t now)
{
	inbound_judge(c->in, judge, &(struct judging){c, d, now});
}

int
console_waits(const struct console *c)
{
	return inbound_waits(c->in);
}

void
console_flush(struct console *c)
{
	inbound_flush(c->in);
}

void
console_spoil(struct console *c)
{
	inbound_spoil(c->in);
}

void
console_close(struct console *c)
{
	if (!c)
		return;
	inbound_close(c->in);
	free(c);
}
