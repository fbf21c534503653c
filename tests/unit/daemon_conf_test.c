/* The configuration: what is understood, and every mistake with its place, in one run. */
#include "tests/test.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "connectors/base/instant.h"
#include "connectors/base/json.h"
#include "daemon/conf/conf.h"
#include "daemon/conf/reading.h"

static const struct key keys[] = {
	{"client_id", NULL, "id", KEY_TEXT, NULL, 1, 1},
	{"client_secret", NULL, "secret", KEY_SECRET, NULL, 1, 1},
	{"sandbox", "no", "sandbox", KEY_FLAG, NULL, 1, 0},
	{"site", "EX_US", "site", KEY_TEXT, NULL, 0, 0},
	{"way", "rest", "way", KEY_CHOICE, "rest soap", 0, 0},
	{"port", "1", "port", KEY_NUMBER, NULL, 0, 0},
	{0},
};
static const struct action actions[] = {
	{.kind = "reply", .needs = TAKES_TEXT},
	{.kind = "return.accept", .takes = TAKES_TEXT},
	{.kind = "return.offer", .needs = TAKES_AMOUNT, .moves = MOVES_AMOUNT},
	{.kind = "inquiry.refund", .moves = MOVES_CLAIM},
	{.kind = "feedback.reply", .needs = TAKES_TEXT},
	{0},
};
static const struct capability capabilities[] = {
	{.kind = "feedback.revision", .how = BY_PERSON},
	{.kind = "case.accept", .how = NOT_HERE},
	{0},
};
static const struct connector example = {.name = "example",
					 .title = "Example",
					 .keys = keys,
					 .actions = actions,
					 .capabilities = capabilities};
static const struct connector *const example_only[] = {&example, NULL};

static char folder[] = "/tmp/conf-test-XXXXXX";
static struct buf told = BUF_MAX(1 << 20);

static void
complain(void *ctx, int warning, const char *line)
{
	size_t n = strlen(folder) + 1;

	(void)ctx;
	/* places without the folder, so that expectations are literal */
	buf_put(&told, warning ? "W " : "E ");
	for (; *line; line++) {
		if (!strncmp(line, folder, n - 1) && line[n - 1] == '/')
			line += n;
		buf_char(&told, *line);
	}
	buf_char(&told, '\n');
}

static const char *
path_of(const char *name)
{
	static char path[4][128];
	static int i;

	i = (i + 1) % 4;
	snprintf(path[i], sizeof path[i], "%s/%s", folder, name);
	return path[i];
}

static void
write_file(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path_of(name), mode), 0);
}

static struct conf *
read_conf_in(const char *text, enum lang lang)
{
	buf_clear(&told);
	write_file("t.conf", text, 0600);
	return conf_read(path_of("t.conf"), lang, complain, NULL);
}

static struct conf *
read_conf(const char *text)
{
	return read_conf_in(text, LANG_EN);
}

/* The text is refused with exactly these lines. */
static void
refused(const char *text, const char *lines)
{
	struct conf *c = read_conf(text);
	const char *p = buf_str(&told);
	size_t same = 0;

	while (p[same] && p[same] == lines[same])
		same++;
	if (strcmp(p, lines) != 0) /* cmocka cuts long texts */
		print_error("told \"%.200s\"\nexpected \"%.200s\"\n", p + same, lines + same);
	assert_string_equal(p, lines);
	assert_null(c);
}

static void
everything_is_understood(void **state)
{
	struct conf *c = read_conf("[service]\n"
				   "state = s.db\n"
				   "language = zh\n"
				   "metrics_port = 9100\n"
				   "undo = 1m30s\n"
				   "[application \"main\"]\n"
				   "platform = example\n"
				   "client_id = abc\n"
				   "client_secret = \"s e c\"\n"
				   "sandbox = true\n"
				   "[account \"toys-de\"]\n"
				   "platform = example\n"
				   "application = main\n"
				   "site = EX_DE\n"
				   "endpoint = http://127.0.0.1:9000\n"
				   "zone = Europe/Berlin\n"
				   "language = de_DE\n"
				   "poll = 2m\n"
				   "[rule \"where is it 在哪里\"]\n"
				   "on = message.received\n"
				   "account = toys-de\n"
				   "language = de en\n"
				   "contains = \"wo ist\" paket\n"
				   "fulfilment = shipped delivered\n"
				   "template = post_where_is_order\n"
				   "mode = auto\n"
				   "delay = 5m\n"
				   "[operator \"erika\"]\n"
				   "user = erika\n"
				   "role = approver\n"
				   "[notify \"office\"]\n"
				   "webhook = https://example.com/hook?x=1\n");
	const struct conf_account *a;
	const struct conf_rule *r;

	(void)state;
	assert_string_equal(buf_str(&told), "");
	assert_non_null(c);
	assert_string_equal(c->service.state, path_of("s.db"));
	assert_string_equal(c->service.key_file, path_of("supercargo.key"));
	assert_string_equal(c->service.socket, "/run/supercargo/supercargo.sock");
	assert_int_equal(c->service.language, LANG_ZH);
	assert_int_equal(c->service.metrics_port, 9100);
	assert_int_equal(c->service.undo, 90 * SECOND);
	assert_int_equal(c->naccounts, 1);
	a = &c->accounts[0];
	assert_string_equal(a->name, "toys-de");
	assert_ptr_equal(a->connector, &example);
	assert_ptr_equal(a->application, &c->applications[0]);
	assert_string_equal(a->language, "de-DE");
	assert_int_equal(a->poll, 2 * MINUTE);
	assert_int_equal(a->history, 30 * DAY);
	assert_int_equal(a->daily_cap, 200);
	assert_string_equal(account_get(&a->view, "site"), "EX_DE");
	assert_string_equal(account_get(&a->view, "client_secret"), "s e c");
	assert_string_equal(account_get(&a->view, "sandbox"), "yes");
	assert_string_equal(account_get(&a->view, "way"), "rest");
	assert_int_equal(c->nrules, 1);
	r = &c->rules[0];
	assert_string_equal(r->action, "reply");
	assert_int_equal(r->mode, RULE_AUTO);
	assert_int_equal(r->delay, 5 * MINUTE);
	assert_int_equal(r->max_age, 72 * HOUR);
	assert_string_equal(r->contains[0], "wo ist");
	assert_string_equal(r->contains[1], "paket");
	assert_null(r->contains[2]);
	assert_string_equal(r->fulfilment[1], "delivered");
	assert_null(r->marketplace);
	assert_int_equal(c->operators[0].role, ROLE_APPROVER);
	assert_string_equal(c->notifies[0].webhook, "https://example.com/hook?x=1");
	conf_free(c);
}

static void
an_empty_file_is_a_service_without_accounts(void **state)
{
	struct conf *c = read_conf("");

	(void)state;
	assert_non_null(c);
	assert_int_equal(c->naccounts, 0);
	assert_string_equal(c->service.key_file, "/var/lib/supercargo/supercargo.key");
	conf_free(c);
}

static void
all_mistakes_in_one_run(void **state)
{
	(void)state;
	refused("[servise]\n"
		"anything = 1\n"
		"[service]\n"
		"undo = 2\n"
		"undo = 2s\n"
		"metrics_port = 70000\n"
		"langage = zh\n"
		"zzzzzzzzzz = 1\n"
		"[account]\n"
		"[account \"Toys DE\"]\n"
		"platform = exampel\n"
		"[rule \"r\"]\n"
		"on = message.recieved\n"
		"fulfilment = shiped\n"
		"account = nobody\n"
		"[rule \"r\"]\n",
		"E t.conf:1: found section [servise], expected [service]\n"
		"E t.conf:5: found key undo again, expected it once; it stands in line 4 too\n"
		"E t.conf:9: found [account], expected a title: [account \"toys-de\"]\n"
		"E t.conf:10: found title \"Toys DE\", expected at most 40 of a-z, 0-9 and -\n"
		"E t.conf:16: found [rule \"r\"] again, expected it once; it stands at t.conf:12 too\n"
		"E t.conf:4: undo: found \"2\", expected a number with a unit (ms s m h d), like 90s or 2h\n"
		"E t.conf:6: metrics_port: found \"70000\", expected a number from 0 to 65535\n"
		"E t.conf:7: found key langage, expected a key of [service]; did you mean language?\n"
		"E t.conf:8: found key zzzzzzzzzz, expected a key of [service]: state socket key_file "
		"templates phrases "
		"language metrics_port undo keep_raw push_port accept_unreviewed console_url console_port\n"
		"E t.conf:9: found [account \"\"] without platform, expected platform = …\n"
		"E t.conf:11: platform: found \"exampel\", expected one of: example; did you mean example?\n"
		"E t.conf:13: on: found \"message.recieved\", expected one of: message.received "
		"order.created order.paid "
		"order.shipped order.cancelled order.refunded dispute.opened dispute.due dispute.closed "
		"feedback.received feedback.changed; did you mean message.received?\n"
		"E t.conf:14: fulfilment: found \"shiped\", expected one of: unknown open partial shipped "
		"delivered; did you "
		"mean shipped?\n"
		"E t.conf:16: found [rule \"r\"] without on, expected on = …\n"
		"E t.conf:15: account: found \"nobody\", expected one of: Toys DE\n"
		"E t.conf:12: found [rule \"r\"] without template, expected template = …\n"
		"E t.conf:16: found [rule \"r\"] without template, expected template = …\n");
}

static void
bounds_and_forms(void **state)
{
	static const struct {
		const char *line, *told;
	} wrong_lines[] = {
		{"poll = 90",
		 "poll: found \"90\", expected a number with a unit (ms s m h d), like 90s or 2h"},
		{"poll = 2 m", "poll: found 2 words, expected one; write \"…\" around spaces"},
		{"poll = 2d", "poll: found 2d, expected 1s to 1d"},
		{"poll = 500ms", "poll: found 500ms, expected 1s to 1d"},
		{"poll = -2m",
		 "poll: found \"-2m\", expected a number with a unit (ms s m h d), like 90s or 2h"},
		{"poll = 99999999999999999999d",
		 "poll: found \"99999999999999999999d\", expected a number with "
		 "a unit (ms s m h d), like 90s or 2h"},
		{"poll =", "poll: found nothing, expected a value"},
		{"daily_cap = 1e3", "daily_cap: found \"1e3\", expected a number from 0 to 100000"},
		{"zone = Mars/Base", "zone: found \"Mars/Base\", expected a time zone like Europe/Berlin"},
		{"shop = \"a\\nb\"", "shop: found a line break, expected one line"},
		{"endpoint = http://example.com:80",
		 "endpoint: found \"http://example.com:80\", expected https://HOST:PORT, or "
		 "http://127.0.0.1:PORT on this machine"},
		{"endpoint = http://127.0.0.1.example.com",
		 "endpoint: found \"http://127.0.0.1.example.com\", expected https://HOST:PORT, or "
		 "http://127.0.0.1:PORT on this machine"},
		{"endpoint = http://127.0.0.1@example.com",
		 "endpoint: found \"http://127.0.0.1@example.com\", expected https://HOST:PORT, or "
		 "http://127.0.0.1:PORT on this machine"},
		{"endpoint = http://127.0.0.1:99999",
		 "endpoint: found \"http://127.0.0.1:99999\", expected https://HOST:PORT, or "
		 "http://127.0.0.1:PORT on this machine"},
		{"endpoint = http://127.0.0.1:90/x",
		 "endpoint: found \"http://127.0.0.1:90/x\", expected https://HOST:PORT, or "
		 "http://127.0.0.1:PORT on this machine"},
		{"proxy = ftp://proxy:21", "proxy: found \"ftp://proxy:21\", expected http://HOST:PORT, "
					   "https://HOST:PORT or socks5h://HOST:PORT"},
		{"client_id = abc", "found key client_id in [account], expected it in [application]"},
		{"duties_paid_by = me", "duties_paid_by: found \"me\", expected one of: seller buyer"},
		{"closed = 5.2.2027",
		 "closed: found \"5.2.2027\", expected days like 2027-02-05..2027-02-12"},
		{"closed = 2027-02-05..2027-02-30",
		 "closed: found \"2027-02-05..2027-02-30\", expected days like 2027-02-05..2027-02-12"},
		{"closed = 2027-02-05.. 2027-02-12",
		 "closed: found \"2027-02-05..\", expected days like 2027-02-05..2027-02-12"},
		{"closed = 2027-02-12..2027-02-05",
		 "closed: found 2027-02-12..2027-02-05, expected the first day before the last"},
		{"way = smoke", "way: found \"smoke\", expected one of: rest soap"},
		{"port = x", "port: found \"x\", expected a number"},
		{"sitte = EX", "found key sitte, expected a key of [account]; did you mean site?"},
	};
	char text[512], lines[1024];

	(void)state;
	for (size_t i = 0; i < sizeof wrong_lines / sizeof *wrong_lines; i++) {
		snprintf(text, sizeof text,
			 "[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = b\n"
			 "[account \"a\"]\nplatform = example\napplication = m\n%s\n",
			 wrong_lines[i].line);
		snprintf(lines, sizeof lines, "E t.conf:8: %s\n", wrong_lines[i].told);
		refused(text, lines);
	}
}

static void
good_forms(void **state)
{
	static const char *const good[] = {
		"endpoint = http://127.8.9.1:1",
		"endpoint = http://[::1]:9000",
		"endpoint = http://localhost:80",
		"endpoint = https://example.com",
		"proxy = socks5h://proxy.example:1080",
		"poll = \"\"",
		"history = 1d12h",
	};
	char text[512];

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		struct conf *c;

		snprintf(text, sizeof text,
			 "[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = b\n"
			 "[account \"a\"]\nplatform = example\napplication = m\n%s\n",
			 good[i]);
		c = read_conf(text);
		assert_string_equal(buf_str(&told), "");
		conf_free(c);
	}
}

static void
references(void **state)
{
	(void)state;
	refused("[application \"main\"]\n"
		"platform = example\n"
		"client_id = abc\n"
		"[account \"a\"]\n"
		"platform = example\n"
		"application = maim\n"
		"[account \"b\"]\n"
		"platform = example\n"
		"[rule \"r\"]\n"
		"on = order.paid\n"
		"template = t\n"
		"account = a c\n"
		"platform = amazom\n"
		"[operator \"x\"]\n"
		"user = u\n"
		"[operator \"y\"]\n"
		"user = u\n",
		"E t.conf:1: found [application \"main\"] without client_secret, expected client_secret = …\n"
		"E t.conf:6: application: found \"maim\", expected the title of an [application]; did you "
		"mean main?\n"
		"E t.conf:7: found [account \"b\"] without an application, expected application = TITLE: "
		"example needs its "
		"client_id\n"
		"E t.conf:12: account: found \"c\", expected one of: a b; did you mean a?\n"
		"E t.conf:13: platform: found \"amazom\", expected one of: example\n"
		"E t.conf:16: user: found u, expected another; [operator \"x\"] has the same\n");
}

static void
the_console_needs_people_and_an_address_of_its_own(void **state)
{
	struct conf *c;

	(void)state;
	c = read_conf("[service]\nconsole_port = 9420\nconsole_url = https://desk.example.com/\n"
		      "[operator \"x\"]\nuser = u\n");
	assert_string_equal(buf_str(&told), "");
	assert_int_equal(c->service.console_port, 9420);
	conf_free(c);
	c = read_conf("[service]\nconsole_port = 9420\n");
	assert_string_equal(buf_str(&told),
			    "W t.conf:2: console_port: found no [operator], expected the people "
			    "who log in there\n");
	conf_free(c);
	refused("[service]\nconsole_port = 9420\nconsole_url = https://example.com/desk\n"
		"[operator \"x\"]\nuser = u\n",
		"E t.conf:3: console_url: found https://example.com/desk, expected an address without a "
		"path: the "
		"console has all of it\n");
}

static void
includes_come_where_they_stand(void **state)
{
	struct conf *c;

	(void)state;
	assert_int_equal(mkdir(path_of("d"), 0700), 0);
	write_file("d/2.conf", "[rule \"second\"]\non = order.paid\ntemplate = t\n", 0600);
	write_file("d/1.conf", "[rule \"first\"]\non = order.paid\ntemplate = t\n", 0600);
	c = read_conf("include = d/*.conf\ninclude = none/*.conf\n[rule \"third\"]\non = "
		      "order.paid\ntemplate = t\n");
	assert_string_equal(buf_str(&told), "");
	assert_int_equal(c->nrules, 3);
	assert_string_equal(c->rules[0].name, "first");
	assert_string_equal(c->rules[1].name, "second");
	assert_string_equal(c->rules[2].name, "third");
	conf_free(c);

	write_file("d/1.conf", "[rule \"first\"]\non = order.payd\ntemplate = t\n", 0600);
	refused("include = d/*.conf\ninclude = missing.conf\nother = 1\n",
		"E t.conf:2: include: found no file missing.conf\n"
		"E t.conf:3: found key other before the first section, expected a section or include\n"
		"E d/1.conf:2: on: found \"order.payd\", expected one of: message.received order.created "
		"order.paid "
		"order.shipped order.cancelled order.refunded dispute.opened dispute.due dispute.closed "
		"feedback.received feedback.changed; did you mean order.paid?\n");

	write_file("d/1.conf", "include = 1.conf\n", 0600); /* itself */
	refused("include = d/1.conf\n", "E d/1.conf:1: found an include inside 4 others, expected fewer\n");
}

static void
secrets_stand_elsewhere(void **state)
{
	char text[512];
	struct conf *c;

	(void)state;
	write_file("secret", "s3cret\n", 0600);
	setenv("CREDENTIALS_DIRECTORY", folder, 1);
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof text,
			 "[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = %s\n",
			 i ? "file:secret" : "credential:secret");
		c = read_conf(text);
		assert_string_equal(buf_str(&told), "");
		assert_string_equal(c->applications[0].settings[1].value, "s3cret");
		conf_free(c);
	}
	refused("[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = "
		"credential:../etc/x\n",
		"E t.conf:4: client_secret: found credential:../etc/x, expected credential:NAME\n");
	write_file("empty", "\n", 0600);
	c = read_conf("[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = file:empty\n");
	assert_null(c);
	assert_non_null(strstr(buf_str(&told),
			       "E t.conf:4: client_secret: found no text in empty, expected the secret"));
	c = read_conf("[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = file:gone\n");
	assert_null(c);
	assert_non_null(strstr(buf_str(&told), "E t.conf:4: gone: "));
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void
a_secret_that_all_may_read_is_doubted(void **state)
{
	static const char inside
		[] = "[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = s\n",
	  beside[] = "[application \"m\"]\nplatform = example\nclient_id = a\nclient_secret = file:secret\n";
	struct conf *c;

	(void)state;
	buf_clear(&told);
	write_file("t.conf", inside, 0644);
	c = conf_read(path_of("t.conf"), LANG_EN, complain, NULL);
	assert_string_equal(buf_str(&told),
			    "W t.conf:4: client_secret: found a secret in a file that everybody may read, "
			    "expected: chmod o-rwx t.conf\n");
	conf_free(c);

	buf_clear(&told);
	write_file("secret", "x", 0604);
	write_file("t.conf", beside, 0644);
	c = conf_read(path_of("t.conf"), LANG_EN, complain, NULL);
	assert_string_equal(buf_str(&told),
			    "W t.conf:4: client_secret: found a secret in a file that everybody may read, "
			    "expected: chmod o-rwx secret\n");
	conf_free(c);
}

static void
print_shows_no_secret(void **state)
{
	struct conf *c = read_conf(
		"[application \"m\"]\nplatform = example\nclient_id = visible\nclient_secret = hidden\n"
		"[account \"a\"]\nplatform = example\napplication = m\nsite = EX_FR\nduties_paid_by = buyer\n"
		"closed = 2027-02-05..2027-02-12 2027-05-01\n");
	struct buf text = BUF_MAX(65536);

	(void)state;
	conf_print(c, &text);
	assert_non_null(strstr(buf_str(&text), "client_id = visible\nclient_secret = ***\n"));
	assert_non_null(strstr(buf_str(&text), "site = EX_FR\n"));
	assert_non_null(strstr(buf_str(&text), "duties_paid_by = buyer\n"));
	assert_non_null(strstr(buf_str(&text), "closed = 2027-02-05..2027-02-12 2027-05-01..2027-05-01\n"));
	assert_true(c->accounts[0].closed[1].last == c->accounts[0].closed[1].first);
	assert_true(!c->accounts[0].closed[2].last);
	assert_non_null(strstr(buf_str(&text), "undo = 30s\n"));
	assert_null(strstr(buf_str(&text), "hidden"));
	buf_free(&text);
	conf_free(c);
}

static void
hash_of(const char *rule, char hash[65])
{
	char text[512];
	struct conf *c;

	snprintf(text, sizeof text, "[rule \"r\"]\n%s", rule);
	c = read_conf(text);
	assert_non_null(c);
	memcpy(hash, c->rules[0].hash, 65);
	conf_free(c);
}

static void
the_hash_is_of_the_meaning(void **state)
{
	char a[65], b[65], other[65];

	(void)state;
	hash_of("on = order.paid\ntemplate = t\ndelay = 60s\nlanguage = zh_CN de\n", a);
	hash_of("# moved and spelt differently\nlanguage = \"zh-CN\"   de\ndelay = 1m\ntemplate = t\naction "
		"= reply\non = order.paid\n",
		b);
	assert_int_equal(strlen(a), 64);
	assert_string_equal(a, b);
	hash_of("on = order.paid\ntemplate = t\ndelay = 61s\nlanguage = zh_CN de\n", other);
	assert_string_not_equal(a, other);
	/* two words are not one with a space in it */
	hash_of("on = order.paid\ntemplate = t\ncontains = a b\n", a);
	hash_of("on = order.paid\ntemplate = t\ncontains = \"a b\"\n", b);
	assert_string_not_equal(a, b);
	/* an upgrade that brings new keys leaves a rule what it was: as version 5 of the store has it */
	hash_of("on = order.paid\ntemplate = t\n", a);
	assert_string_equal(a, "8d3314d1d7520403057a53f3ba0d6842a8025ccbedfcaf68411981cde3ba4cb5");
	hash_of("on = order.paid\ntemplate = t\nquiet = 22:00-8:00\n", a);
	hash_of("on = order.paid\ntemplate = t\nquiet = \"22:00-08:00\"\n", b);
	assert_string_equal(a, b);
	hash_of("on = order.paid\ntemplate = t\nhours = open\n", other);
	assert_string_not_equal(a, other);
}

#define ACCOUNT                                                                                              \
	"[application \"main\"]\nplatform = example\nclient_id = a\nclient_secret = b\n"                     \
	"[account \"a\"]\nplatform = example\napplication = main\n"

/* The rule and more lines of the account, refused or doubted with exactly this line. */
static void
rule_told(const char *account_lines, const char *rule, const char *line)
{
	struct buf text = BUF_MAX(4096);
	struct conf *c;

	buf_fmt(&text, ACCOUNT "%s[rule \"r\"]\n%s", account_lines, rule);
	c = read_conf(buf_str(&text));
	assert_string_equal(buf_str(&told), line);
	assert_int_equal(c != NULL, !*line || *line == 'W');
	conf_free(c);
	buf_free(&text);
}

static void
an_action_is_one_that_is_offered(void **state)
{
	(void)state;
	rule_told("", "on = dispute.due\naction = accept\n", "");
	rule_told("", "on = dispute.due\ndispute = return\naction = accept\n", "");
	rule_told("", "on = dispute.due\ndispute = case\naction = accept\n",
		  "E t.conf:11: action: found accept, but no platform of the rule offers case.accept; "
		  "offered: -\n");
	rule_told("", "on = dispute.due\ndispute = return\naction = appeal\n",
		  "E t.conf:11: action: found appeal, but no platform of the rule offers return.appeal; "
		  "offered: "
		  "accept offer\n");
	rule_told("", "on = order.paid\naction = ship\n",
		  "E t.conf:10: action: found ship, but no platform of the rule offers it on order.paid; "
		  "offered: reply\n");
	rule_told("", "on = feedback.received\naction = revision\n", ""); /* a person's */
}

static void
an_action_gets_what_it_needs(void **state)
{
	(void)state;
	rule_told("", "on = feedback.received\naction = reply\n",
		  "E t.conf:8: found [rule \"r\"] without template, expected template = …\n");
	rule_told("", "on = feedback.received\naction = reply\ntemplate = t\nrating = negative\n", "");
	rule_told("", "on = dispute.due\ndispute = return\naction = offer\nmode = approve\n",
		  "E t.conf:8: found [rule \"r\"] without amount, expected amount = …\n");
	rule_told("", "on = dispute.due\ndispute = return\naction = accept\namount = all\n",
		  "E t.conf:12: amount: found a sum, but accept takes none\n");
}

/* A rule whose action waits for approval on dispute.due, and this about its fallback. */
static void
fallback_told(const char *account_lines, const char *lines, const char *line)
{
	char rule[512];

	snprintf(rule, sizeof rule, "on = dispute.due\ndispute = return\naction = accept\n%s\n", lines);
	rule_told(account_lines, rule, line);
}

static void
a_fallback_is_one_that_can_be_done(void **state)
{
	static const char limits[] =
		"refund_per_order = 25.00 EUR\nrefund_per_buyer = 50.00 EUR\nrefund_per_day = "
		"90.00 EUR\n";

	(void)state;
	fallback_told("", "fallback = nothing", "");
	fallback_told("", "fallback = accept", "");
	fallback_told("", "fallback = accept t\nfallback_before = 2h", "");
	fallback_told("", "fallback = accpt",
		      "E t.conf:12: fallback: found \"accpt\", expected one of: nothing reply message accept "
		      "decline contest escalate refund; did you mean accept?\n");
	fallback_told("", "fallback = nothing t",
		      "E t.conf:12: fallback: found \"nothing t\", expected nothing alone\n");
	fallback_told("", "fallback = escalate",
		      "E t.conf:12: fallback: found escalate, but the account a offers no return.escalate by "
		      "API\n");
	fallback_told("", "fallback = accept\nfallback_before = 5m",
		      "E t.conf:13: fallback_before: found 5m, expected 15m to 30d\n");
	fallback_told("", "fallback_before = 5h",
		      "W t.conf:12: fallback_before: found it without fallback, expected both\n");
	fallback_told(
		"approve = return.*\n", "fallback = accept",
		"W t.conf:13: fallback: the account a names return.accept under approve, so that it is never "
		"done\n");
	fallback_told("never = *.accept\n", "fallback = accept",
		      "W t.conf:13: fallback: the account a names return.accept under never, so that it is "
		      "never done\n");
	rule_told("", "on = order.paid\ntemplate = t\nfallback = reply t\n",
		  "E t.conf:11: fallback: found reply, but order.paid has no deadline, and what has none has "
		  "no "
		  "fallback\n");
	rule_told("", "on = message.received\ntemplate = t\nfallback = \"reply t\"\n", "");
	rule_told("", "on = message.received\ntemplate = t\nfallback = reply\n",
		  "E t.conf:11: fallback: found reply alone, but reply needs a text; write \"reply "
		  "TEMPLATE\"\n");
	rule_told(limits, "on = dispute.due\ndispute = inquiry\naction = refund\nfallback = refund\n",
		  "W t.conf:15: fallback: inquiry.refund moves money, and fallback_up_to of the account a "
		  "names no "
		  "sum, so that it is never done\n");
	rule_told(limits,
		  "on = dispute.due\ndispute = inquiry\naction = refund\nfallback = refund\nfallback_up_to = "
		  "9.00 "
		  "EUR\n",
		  "");
}

/* Rules that do not use it are what they were before there were fallbacks: nothing is armed anew by an upgrade. */
static void
fallbacks_and_kinds_are_read(void **state)
{
	char a[65], b[65];
	struct buf text = BUF_MAX(1 << 16);
	struct conf *c;

	(void)state;
	hash_of("on = message.received\ntemplate = t\n", a);
	assert_string_equal(a, "51b0b4b9fa717de717b5e30fd9153a3e4ba73dd78a21734f1244c6e518375c8e");
	hash_of("on = message.received\ntemplate = t\nfallback = nothing\n", b);
	assert_string_equal(a, b);
	hash_of("on = message.received\ntemplate = t\nfallback = reply t\n", b);
	assert_string_not_equal(a, b);
	hash_of("on = message.received\ntemplate = t\nfallback = \"reply t\"\nfallback_before = 5h\n", a);
	assert_string_not_equal(a, b);
	c = read_conf(ACCOUNT "approve = return.accept *.offer\nnever = feedback.*\n"
			      "[rule \"r\"]\non = message.received\ntemplate = t\nfallback = \"reply t\"\n");
	assert_non_null(c);
	conf_print(c, &text);
	assert_non_null(strstr(buf_str(&text), "approve = return.accept *.offer\n"));
	assert_non_null(strstr(buf_str(&text), "never = feedback.*\n"));
	assert_non_null(strstr(buf_str(&text), "fallback = reply t\nfallback_before = 4h\n"));
	assert_int_equal(conf_kind_mode(&c->accounts[0], "return.offer"), RULE_APPROVE);
	assert_int_equal(conf_kind_mode(&c->accounts[0], "feedback.reply"), RULE_OFF);
	assert_int_equal(conf_kind_mode(&c->accounts[0], "reply"), RULE_AUTO);
	buf_free(&text);
	conf_free(c);
	refused(ACCOUNT "approve = retrun.accept\n", "E t.conf:8: approve: found \"retrun.accept\", expected "
						     "kinds of actions like return.refund; did you mean "
						     "return.accept?\n");
}

static void
money_without_limits_is_doubted(void **state)
{
	static const char rule[] = "on = dispute.due\ndispute = return\naction = offer\namount = 10%\n";
	static const char doubt[] =
		"W t.conf:%d: action: offer moves money and no account of the rule sets limits, so each one "
		"waits "
		"for approval; see refund_per_order, refund_per_buyer and refund_per_day\n";
	char line[512];

	(void)state;
	snprintf(line, sizeof line, doubt, 11);
	rule_told("", rule, line);
	snprintf(line, sizeof line, doubt, 14);
	rule_told("refund_per_order = 25.00 EUR\nrefund_per_buyer = 50.00 EUR\nrefund_per_day = 1.00 USD\n",
		  rule, line);
	rule_told("refund_per_order = 25.00 EUR\nrefund_per_buyer = 50.00 EUR\nrefund_per_day = 90.00 EUR "
		  "1.00 USD\n",
		  rule, "");
}

static void
sums_and_parts(void **state)
{
	static const struct {
		const char *line, *told;
	} wrong_lines[] = {
		{"up_to = 25", "up_to: found \"25\", expected a sum and its currency, like 25.00 EUR"},
		{"up_to = 25.00 EUR 3.00 EUR", "up_to: found EUR twice, expected one sum a currency"},
		{"up_to = -1.00 EUR", "up_to: found -1.00, expected no less than 0"},
		{"amount = 0%", "amount: found 0%, expected 1% to 100%"},
		{"amount = 101%", "amount: found 101%, expected 1% to 100%"},
		{"amount = half", "amount: found \"half\", expected a sum and its currency, like 25.00 EUR"},
	};
	struct conf *c =
		read_conf("[rule \"r\"]\non = dispute.due\naction = offer\namount = 5.00 EUR 600 JPY\n"
			  "up_to = 20.00 EUR\ndue = SELLER_*\nreason = NOT_AS_DESCRIBED\ncode = OTHER\n");
	struct buf text = BUF_MAX(1 << 16);
	char expected[256];

	(void)state;
	assert_string_equal(buf_str(&told), "");
	assert_int_equal(c->rules[0].amount.sums[0].minor, 500);
	assert_int_equal(c->rules[0].amount.sums[1].minor, 600);
	assert_string_equal(c->rules[0].amount.sums[2].currency, "");
	assert_int_equal(c->rules[0].up_to[0].minor, 2000);
	conf_print(c, &text);
	assert_non_null(strstr(buf_str(&text), "amount = 5.00 EUR 600 JPY\n"));
	assert_non_null(strstr(buf_str(&text), "up_to = 20.00 EUR\n"));
	buf_free(&text);
	conf_free(c);
	c = read_conf("[rule \"r\"]\non = dispute.due\naction = offer\namount = all\n");
	assert_int_equal(c->rules[0].amount.percent, 100);
	conf_free(c);
	for (size_t i = 0; i < sizeof wrong_lines / sizeof *wrong_lines; i++) {
		char conf[256];

		snprintf(conf, sizeof conf, "[rule \"r\"]\non = dispute.due\naction = offer\n%s\n",
			 wrong_lines[i].line);
		snprintf(expected, sizeof expected, "E t.conf:4: %s\n", wrong_lines[i].told);
		refused(conf, expected);
	}
}

static void
hours_are_those_of_somebody(void **state)
{
	static const struct {
		const char *account, *rule, *told;
	} lines[] = {
		{"hours = mon-fri 09:00-18:00, sat 10:00-14:00\nzone = Asia/Shanghai\n",
		 "hours = closed\nquiet = 22:00-08:00\n", ""},
		{"hours = 09:00-18:00\n", "",
		 "E t.conf:8: found [account \"a\"] without zone, expected zone = …\n"},
		{"hours = 9 to 5\nzone = UTC\n", "",
		 "E t.conf:8: hours: found \"9 to 5\", expected hours like mon-fri 09:00-18:00, sat "
		 "10:00-14:00\n"},
		{"", "hours = closed\n",
		 "W t.conf:11: hours: found closed, but no account of the rule has hours or closed, so that "
		 "it never fires\n"},
		{"closed = 2027-02-05\n", "hours = closed\n", ""},
		{"", "hours = open closed\n", ""},
		{"", "hours = shut\n", "E t.conf:11: hours: found \"shut\", expected one of: open closed\n"},
		{"", "quiet = night\n",
		 "E t.conf:11: quiet: found \"night\", expected hours like mon-fri 09:00-18:00, sat "
		 "10:00-14:00\n"},
		{"", "quiet = 00:00-12:00 12:00-24:00\n",
		 "E t.conf:11: quiet: found hours that never end, expected some time of the week that is "
		 "left\n"},
	};
	struct conf *c;
	struct buf text = BUF_MAX(1 << 16);

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char rule[128];

		snprintf(rule, sizeof rule, "on = order.paid\ntemplate = t\n%s", lines[i].rule);
		rule_told(lines[i].account, rule, lines[i].told);
	}
	rule_told("", "on = dispute.due\naction = accept\nquiet = 22:00-08:00\n",
		  "E t.conf:11: quiet: found it on dispute.due, expected it where nothing is urgent\n");
	c = read_conf(ACCOUNT "zone = UTC\nhours = 9:00-18:00 sat 10:00-14:00\n");
	assert_string_equal(buf_str(&told), "");
	assert_int_equal(c->accounts[0].hours.n, 2);
	conf_print(c, &text);
	assert_non_null(strstr(buf_str(&text), "hours = 09:00-18:00, sat 10:00-14:00\n"));
	buf_free(&text);
	conf_free(c);
}

/* Every line that is commented out with # and no space begins to count. */
static void
the_sample_is_valid(void **state)
{
	(void)state;
	for (enum lang lang = LANG_EN; lang <= LANG_ZH; lang++) {
		struct buf sample = BUF_MAX(1 << 20), live = BUF_MAX(1 << 20);
		struct conf *c;

		conf_sample(&sample, lang);
		c = read_conf(buf_str(&sample));
		assert_string_equal(buf_str(&told), "");
		assert_int_equal(c->naccounts + c->nrules, 0);
		conf_free(c);

		for (const char *p = buf_str(&sample); *p; p += strcspn(p, "\n"), p += *p == '\n') {
			if (*p == '#' && p[1] != ' ' && p[1] != '\n')
				p++;
			buf_fmt(&live, "%.*s\n", (int)strcspn(p, "\n"), p);
		}
		c = read_conf(buf_str(&live));
		assert_string_equal(buf_str(&told), "");
		assert_int_equal(c->naccounts, 1);
		assert_int_equal(c->nrules, 1);
		assert_int_equal(c->noperators, 1);
		assert_int_equal(c->nnotifies, 1);
		conf_free(c);
		buf_free(&sample);
		buf_free(&live);
	}
}

static void
sample_and_manual_name_every_key(void **state)
{
	struct buf sample = BUF_MAX(1 << 20), manual = BUF_MAX(1 << 20);
	char text[128];

	(void)state;
	conf_sample(&sample, LANG_EN);
	conf_manual(&manual, LANG_EN);
	for (const struct section *s = sections; s->name; s++) {
		for (const struct field *f = s->fields; f->name; f++) {
			snprintf(text, sizeof text, "\n#%s = ", f->name);
			assert_non_null(strstr(buf_str(&sample), text));
			snprintf(text, sizeof text, "\n.TP\n\\fB%s\\fR = ", f->name);
			assert_non_null(strstr(buf_str(&manual), text));
		}
	}
	for (const struct key *k = keys; k->name; k++) {
		snprintf(text, sizeof text, "\n#%s = ", k->name);
		assert_non_null(strstr(buf_str(&sample), text));
		snprintf(text, sizeof text, "\\fB%s\\fR", k->name);
		assert_non_null(strstr(buf_str(&manual), text));
	}
	buf_free(&sample);
	buf_free(&manual);
}

static void
the_words_of_orders_are_those_of_records(void **state)
{
	struct arena *a = arena_new();
	const struct section *s = &sections[SECTION_RULE];
	const char *const *w;
	int n;

	(void)state;
	for (w = split_words(a, field_find(s, "payment")->choices), n = 0; w[n]; n++)
		assert_int_equal(payment_value(w[n]), n);
	for (w = split_words(a, field_find(s, "fulfilment")->choices), n = 0; w[n]; n++)
		assert_int_equal(fulfilment_value(w[n]), n);
	for (w = split_words(a, field_find(s, "cancellation")->choices), n = 0; w[n]; n++)
		assert_int_equal(cancellation_value(w[n]), n);
	arena_free(a);
}

static void
mistakes_are_told_in_the_readers_language(void **state)
{
	(void)state;
	assert_null(read_conf_in("[service]\nundo = x\n", LANG_ZH));
	assert_non_null(strstr(buf_str(&told), "E t.conf:2: undo"));
	assert_null(strstr(buf_str(&told), "expected"));
}

static int
set_up(void **state)
{
	(void)state;
	json_setup();
	conf_connectors = example_only;
	return mkdtemp(folder) ? 0 : -1;
}

static void
a_channel_is_a_webhook_or_mail(void **state)
{
	static const struct {
		const char *lines, *told;
	} wrong_lines[] = {
		{"", "t.conf:1: found [notify \"n\"] without an address, expected webhook = … or mail = …"},
		{"webhook = http://example.com/",
		 "t.conf:2: webhook: found \"http://example.com/\", expected an https:// "
		 "address, or http:// on this machine"},
		{"mail = office@example.com\nfrom = a@example.com",
		 "t.conf:2: found mail without smtp, expected both in "
		 "[notify \"n\"]"},
		{"mail = \"a@example.com> b@example.com\"\nsmtp = smtps://mail.example.com\nfrom = "
		 "a@example.com",
		 "t.conf:2: mail: found \"a@example.com> b@example.com\", expected an address like "
		 "office@example.com"},
		{"mail = a@example.com\nsmtp = ftp://mail.example.com\nfrom = a@example.com",
		 "t.conf:3: smtp: found \"ftp://mail.example.com\", expected smtps://HOST:465 or "
		 "smtp://HOST:587"},
		{"mail = a@example.com\nsmtp = smtp://user:x@mail.example.com\nfrom = a@example.com",
		 "t.conf:3: smtp: found \"smtp://user:x@mail.example.com\", expected smtps://HOST:465 or "
		 "smtp://HOST:587"},
		{"mail = a@example.com\nsmtp = smtps://mail.example.com\nfrom = a@example.com b@example.com",
		 "t.conf:4: from: found several addresses, expected one"},
		{"webhook = https://example.com/\nquiet = 22:00-07:00",
		 "t.conf:3: found quiet without zone, expected both in "
		 "[notify \"n\"]"},
		{"webhook = https://example.com/\nzone = UTC\nquiet = late",
		 "t.conf:4: quiet: found \"late\", expected hours like mon-fri 09:00-18:00, sat 10:00-14:00"},
		{"webhook = https://example.com/\nzone = UTC\ndigest = 8:300",
		 "t.conf:4: digest: found \"8:300\", expected a time of day like 08:30"},
		{"webhook = https://example.com/\ndialect = telegram",
		 "t.conf:3: found dialect without chat, expected both in "
		 "[notify \"n\"]"},
		{"webhook = https://example.com/\naccounts = nobody",
		 "t.conf:3: accounts: found \"nobody\", expected the title of an [account]"},
		{"webhook = https://example.com/\nuser = me",
		 "t.conf:3: found user without mail, expected both in "
		 "[notify \"n\"]\nE t.conf:3: found user without password, "
		 "expected both in [notify \"n\"]"},
	};
	struct buf text = BUF_MAX(4096), lines = BUF_MAX(4096), shown = BUF_MAX(65536);
	struct conf *c;

	(void)state;
	for (size_t i = 0; i < sizeof wrong_lines / sizeof *wrong_lines; i++) {
		buf_clear(&text);
		buf_clear(&lines);
		buf_fmt(&text, "[notify \"n\"]\n%s\n", wrong_lines[i].lines);
		buf_fmt(&lines, "E %s\n", wrong_lines[i].told);
		refused(buf_str(&text), buf_str(&lines));
	}
	write_file("secret", "https://example.com/hook?key=canary\n", 0600);
	c = read_conf("[notify \"n\"]\nwebhook = file:secret\ndialect = wecom\nquiet = 22:00-07:00\nzone = "
		      "Asia/Shanghai\n"
		      "digest = 08:30\non_call = mon-fri 09:00-18:00, sat 10:00-14:00\n"
		      "[notify \"m\"]\nmail = a@example.com b@example.com\nfrom = c@example.com\nsmtp = "
		      "smtp://mail.example.com:587\n"
		      "user = me\npassword = canary\n");
	assert_string_equal(buf_str(&told), "");
	assert_string_equal(c->notifies[0].webhook, "https://example.com/hook?key=canary");
	assert_int_equal(c->notifies[0].digest, 510);
	assert_int_equal(c->notifies[0].on_call.n, 2);
	assert_int_equal(c->notifies[1].digest, CLOCK_NEVER);
	assert_string_equal(c->notifies[1].password, "canary");
	conf_print(c, &shown);
	assert_null(strstr(buf_str(&shown), "canary"));
	assert_non_null(strstr(buf_str(&shown), "webhook = https://example.com/***\n"));
	assert_non_null(strstr(buf_str(&shown), "quiet = 22:00-07:00\n"));
	conf_free(c);
	buf_free(&text);
	buf_free(&lines);
	buf_free(&shown);
}

static int
tear_down(void **state)
{
	static const char *const names[] = {"t.conf", "secret", "empty", "d/1.conf", "d/2.conf"};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unlink(path_of(names[i]));
	rmdir(path_of("d"));
	buf_free(&told);
	return rmdir(folder);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_understood),
		cmocka_unit_test(an_empty_file_is_a_service_without_accounts),
		cmocka_unit_test(all_mistakes_in_one_run),
		cmocka_unit_test(bounds_and_forms),
		cmocka_unit_test(good_forms),
		cmocka_unit_test(references),
		cmocka_unit_test(includes_come_where_they_stand),
		cmocka_unit_test(secrets_stand_elsewhere),
		cmocka_unit_test(a_secret_that_all_may_read_is_doubted),
		cmocka_unit_test(print_shows_no_secret),
		cmocka_unit_test(the_hash_is_of_the_meaning),
		cmocka_unit_test(an_action_is_one_that_is_offered),
		cmocka_unit_test(an_action_gets_what_it_needs),
		cmocka_unit_test(money_without_limits_is_doubted),
		cmocka_unit_test(sums_and_parts),
		cmocka_unit_test(hours_are_those_of_somebody),
		cmocka_unit_test(a_fallback_is_one_that_can_be_done),
		cmocka_unit_test(fallbacks_and_kinds_are_read),
		cmocka_unit_test(the_sample_is_valid),
		cmocka_unit_test(sample_and_manual_name_every_key),
		cmocka_unit_test(the_words_of_orders_are_those_of_records),
		cmocka_unit_test(a_channel_is_a_webhook_or_mail),
		cmocka_unit_test(the_console_needs_people_and_an_address_of_its_own),
		cmocka_unit_test(mistakes_are_told_in_the_readers_language),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
