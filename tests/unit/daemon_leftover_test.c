/* Nothing of a variable without a value reaches the platform: random texts, random facts, through wish, last look and the connector to the bytes
 * of the request.  SEED and ROUNDS in the environment. */
#include "daemon_action_test_kit.h"

#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/outbox/needs.h"
#include "daemon/policy/policy.h"
#include "daemon/template/library.h"

static char folder[] = "/tmp/leftover-XXXXXX";
static uint64_t seed;

static unsigned
chance(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(seed >> 33) % n;
}

#define ONE_OF(list) (list)[chance(sizeof(list) / sizeof *(list))]

/* ---- random texts ---- */

static const char *const strings[] = {"buyer_name", "order_id", "carrier", "tracking_number", "item_title"};

/* Values stand between ‹ and ›: a hole shows as ‹›.  What others write for a variable, and what a program leaves of one, is among it. */
static void
piece(struct buf *out, int depth)
{
	static const char *const words[] = {"Hello, ", "谢谢。", "l'ordre ", "don''t ", "مرحبا ", "ok\n"};
	static const char *const wrong[] = {
		"%s",        "[buyer_name]",  "%order_id%",       "null",
		"undefined", "'{'carrier'}'", "'{carrier}'",      "Dear '{buyer_name}', ",
		"NaN",       "%1$s",          "'{{'order_id'}}'", "$'{'carrier'}'"};
	const char *name = ONE_OF(strings);

	switch (chance(depth > 2 ? 3 : 8)) {
	case 0: buf_put(out, ONE_OF(words)); break;
	case 1: buf_fmt(out, "‹{%s}›", name); break;
	case 2:
		if (!chance(12))
			buf_put(out, ONE_OF(wrong));
		break;
	case 3:
		buf_fmt(out, "{has_%s, select, yes{‹{%s}›", name, name);
		piece(out, depth + 1);
		buf_put(out, "} other{");
		piece(out, depth + 1);
		buf_put(out, "}}");
		break;
	case 4:
		buf_put(out, "{return_days, plural, one{‹#› ");
		piece(out, depth + 1);
		buf_put(out, "} other{‹#› }}");
		break;
	case 5: buf_put(out, "‹{deadline, date, long}› "); break;
	case 6: buf_put(out, "‹{claimed_amount}› "); break;
	default:
		buf_put(out, "{dispute_kind, select, return{");
		piece(out, depth + 1);
		buf_put(out, "} other{y}}");
	}
}

static void
put(const char *name, const char *text)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof path, "%s/t", folder);
	mkdir(path, 0700);
	snprintf(path, sizeof path, "%s/t/%s", folder, name);
	assert_non_null(f = fopen(path, "w"));
	fputs(text, f);
	fclose(f);
}

static struct library *
random_library(void)
{
	struct buf conf = BUF_MAX(8192), text = BUF_MAX(16 << 10);
	struct library *lib;

	buf_put(&conf, "[template]\nphase = post\ntrigger = t\nkinds = return.message\nreviewed = en\n");
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		buf_fmt(&conf, "[variable \"%s\"]\ntype = str\noptional = %s\nsample = x\n", strings[i],
			chance(2) ? "yes" : "no");
	buf_put(&conf, "[variable \"return_days\"]\ntype = int\nsample = 3\n"
		       "[variable \"deadline\"]\ntype = date\nsample = 2026-10-08T18:00:00Z\n"
		       "[variable \"claimed_amount\"]\ntype = money\nsample = 1.00 EUR\n"
		       "[variable \"dispute_kind\"]\ntype = select\nsample = return\n");
	for (unsigned n = 1 + chance(5); n; n--)
		piece(&text, 0);
	put("template.conf", buf_str(&conf));
	put("en.txt", buf_str(&text));
	assert_non_null(lib = library_load(folder, "", NULL, NULL, NULL));
	buf_free(&conf);
	buf_free(&text);
	return lib;
}

/* ---- random facts ---- */

static const char *
value(const char *good)
{
	static const char *const bad[] = {NULL,           "",           " ",          "\xe2\x80\x8b",
					  "\n",           "null",       "undefined",  "{buyer_name}",
					  "{{order_id}}", "%s",         "[order_id]", "N/A",
					  "(null)",       "${carrier}", "NaN",        "\xff"};

	return chance(3) ? good : ONE_OF(bad);
}

/* ---- what must never be there ---- */

static const char *
leftover(const char *text)
{
	static const char *const never[] = {
		"{buyer_name", "{order_id", "{carrier",     "{tracking",  "{item",       "{has_",
		"{{",          "${",        "[buyer_name]", "[order_id]", "%s",          "%1$s",
		"%order_id%",  "‹›",        "‹ ›",          "‹null›",     "‹undefined›", "null",
		"undefined",   "NaN",       "(null)",       "N/A",        "\\ufffd›",    NULL};

	for (const char *const *n = never; *n; n++)
		if (strstr(text, *n))
			return *n;
	return NULL;
}

/* ---- through to the bytes ---- */

struct world {
	struct acting a;
	struct policy *policy, *policies[8];
	struct conf_account account;
	struct conf conf;
	int sent, held;
};

/* The bytes that the connector makes of a row that may leave, or NULL. */
static void
leave(struct world *w, struct outbox_row *row)
{
	const struct action *action = connector_action(w->account.connector, &w->account.view, row->kind);
	struct attachment_file files[FILES_MAX];
	struct request request = {.url = BUF_MAX(8192), .headers = BUF_MAX(8192), .body = BUF_MAX(256 << 10)};
	struct outgoing out;
	struct task task = {.account = &w->account.view,
			    .out = &out,
			    .token = "t",
			    .grant = "",
			    .cursor = "",
			    .key = "00000000000000000000000000000000",
			    .now = T0 + HOUR,
			    .arena = store_arena(w->a.k->store)};
	struct err err = {""};
	const char *left;

	if (!last_look(&w->a.d, &w->a.r, action, row, NULL, T0 + HOUR)) {
		w->held++;
		return;
	}
	outbox_outgoing(&w->a.d, row, files, &out);
	if (action->send.ask(&task, &request, &err))
		fail_msg("%s", err.text);
	if ((left = leftover(buf_str(&request.body))))
		fail_msg("\"%s\" left in %s", left, buf_str(&request.body));
	assert_non_null(strstr(buf_str(&request.body), "ontent"));
	w->sent++;
	buf_free(&request.url);
	buf_free(&request.headers);
	buf_free(&request.body);
}

static void
begin(struct world *w, struct kit *k)
{
	const char *root = getenv("SUPERCARGO_SHARE");

	memset(w, 0, sizeof *w);
	assert_non_null(w->policy = policy_load(root ? root : ".", "ebay", NULL));
	for (size_t i = 0; connectors[i]; i++)
		w->policies[i] = w->policy;
	kit_act(&w->a, k);
	w->account = kit_account;
	w->account.connector = w->account.view.connector = connector_find("ebay");
	w->account.return_days = 30;
	w->conf = (struct conf){.accounts = &w->account, .naccounts = 1};
	w->a.d.conf = &w->conf;
	w->a.d.policies = w->policies;
	w->a.r.conf = &w->account;
	w->a.r.connector = w->account.connector;
	w->a.r.policy = w->policy;
}

static void
nothing_of_a_missing_value_leaves(void **state)
{
	const char *rounds = getenv("ROUNDS"), *first = getenv("SEED");
	const int n = rounds ? atoi(rounds) : 3000;
	struct world w;

	seed = first ? strtoull(first, NULL, 10) : 1;
	begin(&w, *state);
	for (int i = 0; i < n; i++) {
		const struct situation before = w.a.s;
		struct wish wish = {.kind = "return.message",
				    .template_id = "t",
				    .locale = "en",
				    .operator= "erika",
				    .not_before = T0};
		struct outbox_row row;
		int64_t id;

		w.a.d.library = random_library();
		w.a.s.buyer_name = value("Erika Mustermann");
		w.a.s.order_remote = value("12-34567-89012");
		w.a.s.carrier = value("DHL");
		w.a.s.tracking = value("00340434161094015902");
		w.a.s.item_title = value("Cup");
		w.a.s.respond_by = chance(4) ? T0 + 3 * DAY : 0;
		w.a.s.claimed = chance(4) ? w.a.s.claimed : (struct money){0, ""};
		w.account.return_days = chance(4) ? 30 : 0;
		id = outbox_wish(&w.a.d, &w.a.s, &wish, T0 + 10);
		assert_int_not_equal(id, 0);
		row = kit_row(&w.a, id);
		/* what a person is shown as ready to leave has been checked already */
		if (row.state == OUTBOX_READY) {
			if (row.text && leftover(row.text))
				fail_msg("ready: %s", row.text);
			leave(&w, &row);
		} else {
			w.held++;
		}
		outbox_save(w.a.k->store, &row, T0 + HOUR);
		w.a.s = before;
		library_free(w.a.d.library);
	}
	print_message("%d left, %d did not\n", w.sent, w.held);
	assert_true(w.sent > n / 20 && w.held > n / 20);
	policy_free(w.policy);
}

/* Rows of former days, from before a rule held: the last look reads them once more. */
static void
what_was_stored_is_read_again(void **state)
{
	static const char *const texts[] = {"Dear {buyer_name}", "Order %s", "[order_id]", "Order null"};
	struct world w;

	begin(&w, *state);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct wish wish = {
			.kind = "return.message", .text = "Hello", .operator= "erika", .not_before = T0};
		struct outbox_row row;
		const int64_t id = outbox_wish(&w.a.d, &w.a.s, &wish, T0 + 10);

		row = kit_row(&w.a, id);
		assert_string_equal(outbox_state_name(row.state), "ready");
		row.text = texts[i];
		leave(&w, &row);
		assert_string_equal(outbox_state_name(kit_row(&w.a, id).state), "held");
	}
	assert_int_equal(w.sent, 0);
	policy_free(w.policy);
}

/* Names of files are read by the same rules. */
static void
names_of_files_are_read(void **state)
{
	static const struct {
		const char *name;
		enum outbox_state state;
	} cases[] = {{"parcel.png", OUTBOX_READY},
		     {"{order_id}.png", OUTBOX_HELD},
		     {"null.png", OUTBOX_HELD},
		     {"[buyer_name].png", OUTBOX_HELD}};
	static const char png[] = "\x89PNG\r\n\x1a\n";
	struct world w;

	begin(&w, *state);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct attachment_file file = {cases[i].name, "image/png", png, sizeof png - 1};
		struct wish wish = {.kind = "return.evidence",
				    .operator= "erika",
				    .not_before = T0,
				    .files = &file,
				    .nfiles = 1};
		const struct outbox_row row = kit_row(&w.a, outbox_wish(&w.a.d, &w.a.s, &wish, T0 + 10));

		if (row.state != cases[i].state)
			fail_msg("%s: %s, %s", cases[i].name, outbox_state_name(row.state),
				 row.reason ? row.reason : "");
	}
	policy_free(w.policy);
}

static int
remove_one(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	(void)st, (void)flag, (void)ftw;
	return remove(path);
}

static int
group_setup(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int
group_teardown(void **state)
{
	(void)state;
	nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	message_cleanup();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(nothing_of_a_missing_value_leaves, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(names_of_files_are_read, kit_setup, kit_teardown),
		cmocka_unit_test_setup_teardown(what_was_stored_is_read_again, kit_setup, kit_teardown),
	};

	return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
