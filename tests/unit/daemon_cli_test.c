/* The command line: what argv means, what a person sees, and how the service is spoken to. */
#include "tests/test.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "connectors/base/instant.h"
#include "connectors/base/json.h"
#include "daemon/cli/verb.h"
#include "i18n/width.h"

#define NOW "2026-10-02T12:00:00.000Z"

/* ---- arguments ---- */

static void
parse(struct call *c, char *line, struct err *err, int *r)
{
	char *argv[16], *save = NULL;
	int argc = 0;

	for (char *w = strtok_r(line, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	*r = call_parse(c, argc, argv, err);
}

static void
arguments_become_json(void **state)
{
	static const struct {
		const char *line, *verb, *args;
	} cases[] = {
		{"status", "status", "{}"},
		{"status --json", "status", "{}"},
		{"show o12", "show", "{\"id\":\"o12\"}"},
		{"find red truck", "find", "{\"words\":\"red truck\"}"},
		{"inbox --all --limit 5 --after=c9 --account toys-de", "inbox",
		 "{\"account\":\"toys-de\",\"after\":\"c9\",\"all\":true,\"limit\":5}"},
		{"approve a1 a2 a3", "approve", "{\"ids\":[\"a1\",\"a2\",\"a3\"]}"},
		{"reply c1 Guten Tag -- --json ist kein Schalter", "reply",
		 "{\"conversation\":\"c1\",\"text\":\"Guten Tag --json ist kein Schalter\"}"},
		{"reply c1 --template t --locale de", "reply",
		 "{\"conversation\":\"c1\",\"locale\":\"de\",\"template\":\"t\"}"},
		{"resolve a4 not-sent", "resolve", "{\"id\":\"a4\",\"outcome\":\"not-sent\"}"},
		{"pause --all", "pause", "{\"all\":true}"},
		{"task --all", "task", "{\"all\":true}"},
		{"task done t1 t2", "task done", "{\"ids\":[\"t1\",\"t2\"]}"},
		{"task snooze t1 4h", "task snooze", "{\"duration\":\"4h\",\"id\":\"t1\"}"},
		{"save d3", "save", "{\"id\":\"d3\"}"},
		{"account list", "account list", "{}"},
		{"account mode toys draft --marketplace EBAY_DE", "account mode",
		 "{\"account\":\"toys\",\"marketplace\":\"EBAY_DE\",\"mode\":\"draft\"}"},
		{"inbox --help", "help", "{\"verb\":\"inbox\"}"},
		{"help account list", "help", "{\"verb\":\"account list\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct call c = {0};
		char line[256], *args;
		struct err err = {""};
		int r;

		snprintf(line, sizeof line, "%s", cases[i].line);
		parse(&c, line, &err, &r);
		assert_string_equal(err.text, "");
		assert_int_equal(r, 0);
		assert_string_equal(c.verb->name, cases[i].verb);
		args = json_dumps(c.args, JSON_COMPACT | JSON_SORT_KEYS);
		assert_string_equal(args, cases[i].args);
		free(args);
		json_decref(c.args);
	}
}

static void
wrong_arguments_are_explained(void **state)
{
	static const struct {
		const char *line, *told;
	} cases[] = {
		{"statsu", "found statsu, expected a verb; did you mean status?"},
		{"account lst", "found account, expected a verb; did you mean account list?"},
		{"xyzzyxyzzy", "found xyzzyxyzzy, expected a verb; supercargo help lists them"},
		{"show", "found no id, expected: supercargo show id"},
		{"show o1 o2", "found o2, expected nothing more: supercargo show id"},
		{"approve", "found no ids, expected: supercargo approve ids+"},
		{"status --all", "found --all, expected another option; supercargo help status lists them"},
		{"inbox --limit many", "--limit: found many, expected a number from 1"},
		{"inbox --limit 0", "--limit: found 0, expected a number from 1"},
		{"inbox --limit", "--limit: found nothing, expected N"},
		{"inbox --all=1", "--all: found a value, expected none"},
		{"status -c", "-c: found nothing, expected a file"},
		{"show \xff", "id: found bytes that are no text, expected UTF-8"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct call c = {0};
		char line[256], told[ERR_MAX];
		struct err err = {""};
		int r;

		snprintf(line, sizeof line, "%s", cases[i].line);
		parse(&c, line, &err, &r);
		assert_int_equal(r, -1);
		err_english(err.text, told, sizeof told);
		assert_string_equal(told, cases[i].told);
		json_decref(c.args);
	}
}

static void
texts_and_switches_exclude_each_other(void **state)
{
	static const char *const lines[] = {"reply c1 hello --template t",
					    "reply c1 hello --file f",
					    "reply c1 --locale de x",
					    "edit a1 --text x --file f",
					    "pause",
					    "pause toys --all"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct call c = {0};
		char line[256];
		struct err err = {""};
		int r;

		snprintf(line, sizeof line, "%s", lines[i]);
		parse(&c, line, &err, &r);
		assert_int_equal(r, 0);
		assert_int_equal(c.verb->prepare(&c, &err), -1);
		assert_string_not_equal(err.text, "");
		json_decref(c.args);
	}
}

static void
a_text_comes_from_a_file(void **state)
{
	char path[] = "/tmp/cli-test-XXXXXX", line[64];
	int fd = mkstemp(path), r;
	struct call c = {0};
	struct err err = {""};

	(void)state;
	assert_int_equal(write(fd, "Guten Tag,\n\nes kommt.\n", 22), 22);
	snprintf(line, sizeof line, "reply c1 --file %s", path);
	parse(&c, line, &err, &r);
	assert_int_equal(c.verb->prepare(&c, &err), 0);
	assert_string_equal(arg_text(&c, "text"), "Guten Tag,\n\nes kommt.");
	assert_null(json_object_get(c.args, "file"));
	json_decref(c.args);

	assert_int_equal(ftruncate(fd, 0), 0);
	assert_int_equal(pwrite(fd, " \n\n", 3, 0), 3); /* nothing to read */
	snprintf(line, sizeof line, "reply c1 --file %s", path);
	c = (struct call){0};
	parse(&c, line, &err, &r);
	assert_int_equal(c.verb->prepare(&c, &err), -1);
	json_decref(c.args);
	close(fd);
	unlink(path);
}

/* ---- what a person sees ---- */

static void
shows(enum lang lang, void (*render)(struct buf *, const struct view *, const json_t *), int columns,
      const char *json, const char *expected)
{
	struct view v = {.lang = lang, .columns = columns};
	struct buf out = BUF_MAX(1 << 20);
	json_error_t e;
	json_t *result = json_loads(json, 0, &e);

	if (!result)
		print_error("%s\n", e.text);
	assert_non_null(result);
	assert_int_equal(instant_parse(NOW, &v.now), 0);
	render(&out, &v, result);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
	json_decref(result);
}

static const char status[] =
	"{\"version\":\"0.1.0\",\"started_at\":\"2026-10-02T09:00:00Z\",\"paused_all\":false,\"odd\":2,"
	"\"accounts\":[{\"name\":\"toys-de\",\"platform\":\"ebay\",\"mode\":\"auto\",\"paused\":false,"
	"\"stopped\":null,"
	"\"breaker\":null,\"armed_at\":\"2026-09-01T00:00:00Z\",\"unanswered\":3,\"disputes\":2,\"drafts\":1,"
	"\"held\":0,"
	"\"unsure\":0,"
	"\"sent_24h\":12,\"streams\":[{\"name\":\"messages\",\"last_ok_at\":\"2026-10-02T11:59:00Z\","
	"\"fails\":0}"
	","
	"{\"name\":\"orders\",\"last_ok_at\":\"2026-10-02T11:55:00Z\",\"fails\":0}]},"
	"{\"name\":\"shoes\",\"platform\":\"ebay\",\"mode\":\"observe\",\"tasks\":1,\"stopped\":\"the token "
	"was "
	"refused\",\"streams\":[]}],"
	"\"notices\":[{\"cause\":\"token/shoes\",\"account\":\"shoes\",\"text\":\"log in "
	"again\",\"at\":\"2026-09-30T08:00:00Z\"}]}";

static void
status_is_shown(void **state)
{
	(void)state;
	shows(LANG_EN, render_status, 0, status,
	      "supercargo 0.1.0, started 3 h ago\n"
	      "ACCOUNT  PLATFORM  MODE     STATE    UNANSWERED  DISPUTES  TASKS  DRAFTS  HELD  UNSURE  "
	      "SENT 24 H  READ\n"
	      "toys-de  ebay      auto     works    3           2                1                     12    "
	      "     5 "
	      "min ago\n"
	      "shoes    ebay      observe  stopped                        1                                  "
	      "     never\n"
	      "! shoes: the token was refused\n"
	      "! 2 d 4 h ago: shoes: log in again\n"
	      "2 items could not be understood: supercargo odd\n");
	shows(LANG_ZH, render_status, 0, status,
	      "supercargo 0.1.0，3 小时前启动\n"
	      "账号     平台  模式  状态  未回复  纠纷  任务  草稿  搁置  不确定  24 小时已发  读取\n"
	      "toys-de  ebay  自动  正常  3       2           1                   12           5 分钟前\n"
	      "shoes    ebay  观察  停止                1                                      从未\n"
	      "! shoes: the token was refused\n"
	      "! 2 天 4 小时前: shoes: log in again\n"
	      "有 2 项内容无法理解：supercargo odd\n");
	shows(LANG_EN, render_status, 0,
	      "{\"version\":\"0.1.0\",\"started_at\":\"2026-10-02T11:59:58Z\",\"accounts\":[]}",
	      "supercargo 0.1.0, started 2 s ago\n"
	      "No accounts yet: supercargo account add NAME PLATFORM\n");
}

#define NOTICE(ref) "{\"cause\":\"due/8h/" ref "@1\",\"account\":\"toys\",\"text\":\"toys: " ref "\"}"

/* Many of one kind hide nothing else. */
static void
notices_of_a_kind_are_counted(void **state)
{
	static const char many[] =
		"{\"version\":\"0.1.0\",\"started_at\":\"2026-10-02T11:59:58Z\",\"accounts\":[],\"notices\":"
		"[" NOTICE("c1") "," NOTICE("c2") "," NOTICE("c3") "," NOTICE("c4") "," NOTICE(
			"c5") "," NOTICE("c6") "," NOTICE("c7") "," NOTICE("d8") "]}";

	(void)state;
	shows(LANG_EN, render_status, 0, many,
	      "supercargo 0.1.0, started 2 s ago\n"
	      "No accounts yet: supercargo account add NAME PLATFORM\n"
	      "! toys: c1\n! toys: c2\n! toys: c3\n! toys: c4\n! toys: c5\n! toys: d8\n"
	      "and 2 more; all of them: supercargo notices\n");
}

static const char inbox[] =
	"{\"conversations\":[{\"id\":\"c3\",\"account\":\"toys\",\"buyer\":\"示例买家\",\"language\":\"de\","
	"\"intent\":\"not_received\","
	"\"state\":\"open\",\"last_at\":\"2026-10-02T11:20:00Z\",\"answer_by_at\":\"2026-10-03T13:30:00Z\","
	"\"text\":\"Guten Tag,\\nwo bleibt mein Paket?\"},"
	"{\"id\":\"c12\",\"account\":\"toys\",\"buyer\":\"example_buyer\",\"language\":null,\"intent\":null,"
	"\"state\":\"waiting\","
	"\"last_at\":\"2026-09-20T12:00:00Z\",\"answer_by_at\":null,\"text\":\"?\"}],\"next\":\"c12\"}";

static void
columns_are_aligned_by_width(void **state)
{
	(void)state;
	shows(LANG_EN, render_inbox, 0, inbox,
	      "ID   ACCOUNT  BUYER          LANGUAGE  INTENT        STATE    LAST        ANSWER BY   TEXT\n"
	      "c3   toys     示例买家       de        not_received  open     40 min ago  in 1 d 1 h  "
	      "Guten Tag, wo bleibt mein Paket?\n"
	      "c12  toys     example_buyer                          waiting  12 d ago                ?\n"
	      "more: supercargo inbox --after c12\n");
	shows(LANG_ZH, render_inbox, 0, inbox,
	      "编号  账号  买家           语言  意图          状态    最近       回复期限       内容\n"
	      "c3    toys  示例买家       de    not_received  待处理  40 分钟前  1 天 1 小时后  "
	      "Guten Tag, wo bleibt mein Paket?\n"
	      "c12   toys  example_buyer                      等待中  12 天前                   ?\n"
	      "更多：supercargo inbox --after c12\n");
	shows(LANG_ZH, render_inbox, 0, "{\"conversations\":[]}", "没有等待回复的会话。\n");
}

static void
the_last_column_ends_at_the_edge(void **state)
{
	(void)state;
	shows(LANG_EN, render_deadlines, 56,
	      "{\"deadlines\":[{\"id\":\"c3\",\"account\":\"t\",\"at\":\"2026-10-02T11:00:00Z\",\"state\":"
	      "\"late\",\"what\":\"x\","
	      "\"given_by\":\"平台规则第一条平台规则第二条\"}]}",
	      "ID  ACCOUNT  DUE     STATE  WHAT  GIVEN BY\n"
	      "c3  t        passed  late   x     平台规则第一条平台规…\n");
}

static const char outbox[] =
	"{\"actions\":[{\"id\":\"a9\",\"account\":\"toys\",\"kind\":\"reply\",\"state\":\"ready\",\"reason\":"
	"null,"
	"\"conversation\":\"c3\",\"order\":\"o7\",\"rule\":\"where\",\"locale\":\"de\",\"text\":\"Guten "
	"Tag\","
	"\"not_before_at\":\"2026-10-02T12:00:30Z\"},"
	"{\"id\":\"a8\",\"account\":\"toys\",\"kind\":\"reply\",\"state\":\"held\",\"reason\":\"too "
	"long\",\"conversation\":\"c2\","
	"\"operator\":\"erika\",\"locale\":\"en\",\"text\":\"Hello\",\"deadline_at\":\"2026-10-02T18:00:"
	"00Z\"}],"
	"\"next\":null}";

static void
actions_are_shown(void **state)
{
	(void)state;
	shows(LANG_EN, render_outbox, 0, outbox,
	      "ID  ACCOUNT  KIND   STATE  ABOUT  BY     LANGUAGE  WHEN     REASON OR TEXT\n"
	      "a9  toys     reply  ready  c3     where  de        in 30 s  Guten Tag\n"
	      "a8  toys     reply  held   c2     erika  en        in 6 h   too long\n");
	shows(LANG_EN, render_actions, 0, outbox,
	      "a9: ready, leaves in 30 s\n"
	      "  take it back with: supercargo undo a9\n"
	      "a8: held: too long\n");
	shows(LANG_ZH, render_actions, 0, "{\"action\":{\"id\":\"a1\",\"state\":\"draft\"}}",
	      "a1：草稿\n"
	      "  批准发出：supercargo approve a1\n");
}

static void
disputes_and_tasks_are_shown(void **state)
{
	(void)state;
	shows(LANG_EN, render_disputes, 0,
	      "{\"disputes\":[{\"id\":\"d3\",\"account\":\"toys\",\"kind\":\"return\",\"status\":\"awaiting_"
	      "seller\","
	      "\"order\":\"o5\",\"buyer\":\"example_buyer\",\"amount\":{\"value\":\"28.90\",\"currency\":"
	      "\"EUR\"},"
	      "\"respond_by_at\":\"2026-10-02T18:00:00Z\",\"options\":\"accept "
	      "offer\",\"reason\":\"DEFECTIVE_ITEM\"}]}",
	      "ID  ACCOUNT  KIND    STATE     ORDER  BUYER          AMOUNT     ANSWER BY  WHAT CAN BE DONE  "
	      "REASON\n"
	      "d3  toys     return  our turn  o5     example_buyer  28.90 EUR  in 6 h     accept offer      "
	      "DEFECTIVE_ITEM\n");
	shows(LANG_ZH, render_disputes, 0, "{\"disputes\":[]}", "没有未结的纠纷。\n");
	shows(LANG_EN, render_feedback, 0,
	      "{\"feedback\":[{\"id\":\"f6\",\"account\":\"toys\",\"rating\":\"negative\",\"buyer\":"
	      "\"example_buyer\","
	      "\"given_at\":\"2026-10-02T11:00:00Z\",\"text\":\"Kaputt\\u001b[2J\"}]}",
	      "ID  ACCOUNT  RATING    ORDER  BUYER          GIVEN    TEXT       OUR REPLY\n"
	      "f6  toys     negative         example_buyer  1 h ago  Kaputt[2J\n");
	shows(LANG_EN, render_tasks, 0,
	      "{\"tasks\":[{\"id\":\"t2\",\"account\":\"toys\",\"kind\":\"feedback.revision\",\"state\":"
	      "\"open\","
	      "\"feedback\":\"f6\",\"order\":\"o5\",\"operator\":\"erika\",\"deadline_at\":\"2026-10-02T18:"
	      "00:00Z\","
	      "\"text\":\"Guten Tag\"}]}",
	      "ID  ACCOUNT  TO DO               STATE  ABOUT  BY     DEADLINE  REASON OR TEXT\n"
	      "t2  toys     ask for a revision  open   f6     erika  in 6 h    Guten Tag\n");
	shows(LANG_EN, render_show, 0,
	      "{\"id\":\"d3\",\"options\":\"accept\",\"history\":[{\"at\":\"2026-10-02T11:00:00Z\",\"actor\":"
	      "\"buyer\","
	      "\"what\":\"RETURN_OPENED\",\"text\":\"Kaputt\",\"amount\":{\"value\":\"5.00\",\"currency\":"
	      "\"EUR\"}}]}",
	      "id: d3\n"
	      "what can be done: accept\n"
	      "\n"
	      "history\n"
	      "  1 h ago  buyer  RETURN_OPENED  5.00 EUR\n"
	      "    Kaputt\n");
}

static void
a_conversation_reads_like_one(void **state)
{
	(void)state;
	shows(LANG_EN, render_show, 0,
	      "{\"id\":\"c3\",\"account\":\"toys\",\"buyer\":\"example_buyer\",\"order\":\"o7\",\"last_at\":"
	      "\"2026-10-02T11:00:00.000Z\","
	      "\"messages\":[{\"id\":\"m1\",\"direction\":\"in\",\"text\":\"Wo?\\nBitte!\",\"sent_at\":"
	      "\"2026-"
	      "10-02T10:00:00Z\","
	      "\"language\":\"de\",\"intent\":\"not_received\",\"photos\":2},"
	      "{\"id\":\"m2\",\"direction\":\"out\",\"text\":\"Bald.\",\"sent_at\":\"2026-10-02T11:00:00Z\"}]"
	      ","
	      "\"actions\":[],\"notes\":[{\"operator\":\"erika\",\"text\":\"ruft "
	      "an\"}],\"kind\":\"conversation\"}",
	      "id: c3\n"
	      "account: toys\n"
	      "buyer: example_buyer\n"
	      "order: o7\n"
	      "last message: 2026-10-02 11:00 (1 h ago)\n"
	      "kind: conversation\n"
	      "\n"
	      "m1 buyer, 2 h ago, de, not_received\n"
	      "  Wo?\n"
	      "  Bitte!\n"
	      "  [photos: 2]\n"
	      "\n"
	      "m2 we, 1 h ago\n"
	      "  Bald.\n"
	      "\n"
	      "notes\n"
	      "  operator: erika\n"
	      "    ruft an\n");
}

static void
an_order_shows_its_items(void **state)
{
	(void)state;
	shows(LANG_ZH, render_show, 0,
	      "{\"kind\":\"order\",\"id\":\"o7\",\"payment\":\"paid\",\"fulfilment\":\"shipped\",\"total\":{"
	      "\"value\":\"28.90\","
	      "\"currency\":\"EUR\"},\"items\":[{\"title\":\"Truck\",\"quantity\":2}]}",
	      "类别：订单\n编号：o7\n付款：已付款\n发货：已发货\n总额：28.90 EUR\n\n商品\n  标题：Truck\n  "
	      "数量：2\n");
}

static void
other_answers(void **state)
{
	(void)state;
	shows(LANG_EN, render_explain, 0,
	      "{\"id\":\"a9\",\"entries\":[{\"at\":\"2026-10-02T11:00:00Z\",\"kind\":\"decide\",\"ref\":"
	      "\"m7\","
	      "\"facts\":{\"rule\":\"where\",\"losers\":[\"a\",\"b\"]}}]}",
	      "2026-10-02T11:00:00Z  decided  m7\n"
	      "  rule: where\n"
	      "\n"
	      "  losers\n"
	      "    a\n"
	      "\n"
	      "    b\n");
	shows(LANG_EN, render_accounts, 0,
	      "{\"accounts\":[{\"name\":\"toys\",\"platform\":\"ebay\",\"mode\":\"off\",\"login\":\"needed\","
	      "\"reason\":null,"
	      "\"grant_until_at\":null,\"capabilities\":[{\"kind\":\"reply\",\"how\":\"api\",\"why\":null,"
	      "\"link\":null}]}]}",
	      "ACCOUNT  PLATFORM  MODE  LOGIN   ACCESS ENDS\n"
	      "toys     ebay      off   needed\n"
	      "\n"
	      "toys:\n"
	      "  log in with: supercargo account login toys\n"
	      "  reply: by API\n");
	shows(LANG_EN, render_findings, 0,
	      "{\"findings\":[{\"error\":true,\"code\":\"unknown-variable\",\"file\":\"de.txt\",\"line\":3,"
	      "\"column\":7,\"text\":\"no x\"}]}",
	      "de.txt:3:7: error: no x [unknown-variable]\n");
	shows(LANG_EN, render_find, 0, "{\"orders\":[],\"conversations\":[]}", "Nothing found.\n");
	shows(LANG_ZH, render_done, 0, "{}", "完成。\n");
	shows(LANG_EN, render_odd, 0,
	      "{\"odd\":[{\"id\":4,\"account\":\"toys\",\"why\":\"no id\",\"item\":\"{\\\"a\\\":1}\"}]}",
	      "id: 4\naccount: toys\nwhy: no id\n  {\"a\":1}\n\n");
}

/* Escape sequences, carriage returns, forged lines and reversed text end at the renderer. */
static void
a_buyer_cannot_steer_the_terminal(void **state)
{
	(void)state;
	shows(LANG_EN, render_show, 0,
	      "{\"id\":\"c1\",\"buyer\":\"x\\u001b[2J\\n! toys: "
	      "stopped\",\"messages\":[{\"id\":\"m1\",\"direction\":\"in\","
	      "\"text\":\"a\\u001b]0;b\\u0007c\\rd\\u009be\\u202ef\\u2066g\\u2028h\\u007f\"}]}",
	      "id: c1\n"
	      "buyer: x[2J ! toys: stopped\n"
	      "\n"
	      "m1 buyer\n"
	      "  a]0;bc defgh\n");
}

static void
answers_of_any_shape_are_survived(void **state)
{
	static const char *const shapes[] = {
		"{}",
		"[]",
		"null",
		"3",
		"\"x\"",
		"{\"languages\":{\"de\":3},\"templates\":[3,{\"id\":\"x\",\"states\":{\"de\":3}}],"
		"\"findings\":3}",
		"{\"accounts\":3,\"conversations\":{},\"actions\":[1,null,[]],\"action\":[],"
		"\"entries\":[0],\"deadlines\":[{}],\"odd\":[[]],\"findings\":[true],\"texts\":[{}],"
		"\"disputes\":[1,{}],\"feedback\":[{}],\"tasks\":[{}],\"metrics\":[[]],\"history\":[{},2],"
		"\"files\":[3],"
		"\"templates\":[{\"locales\":[1,\"a\"]}],\"messages\":[{}],\"streams\":\"x\"}"};

	(void)state;
	for (const struct verb *v = verbs; v->name; v++) {
		for (size_t i = 0; v->render && i < sizeof shapes / sizeof *shapes; i++) {
			json_t *result = json_loads(shapes[i], JSON_DECODE_ANY, NULL);
			struct view view = {.lang = LANG_ZH, .columns = 80};
			struct buf out = BUF_MAX(1 << 20);

			assert_non_null(result);
			v->render(&out, &view, result);
			assert_int_equal(out.over, 0);
			buf_free(&out);
			json_decref(result);
		}
	}
}

static void
widths(void **state)
{
	(void)state;
	assert_int_equal(text_width("abc"), 3);
	assert_int_equal(text_width("中文"), 4);
	assert_int_equal(text_width("ｱｲ"), 2); /* half width */
	assert_int_equal(text_width("é"), 1);
	assert_int_equal(text_width("e\xcc\x81"), 1); /* with a joining accent */
	assert_int_equal(text_width("👍"), 2);
	assert_int_equal(text_width("\xff\xfe"), 2);
	assert_int_equal(text_fit("中文", 3), 3);
	assert_int_equal(text_fit("e\xcc\x81x", 1), 3);
}

/* ---- manual ---- */

static void
page_has(const char *page, const char *what)
{
	char roff[128], *out = roff;

	for (const char *p = what; *p && out < roff + sizeof roff - 3; p++) {
		if (*p == '-')
			*out++ = '\\';
		*out++ = *p;
	}
	*out = '\0';
	if (!strstr(page, roff))
		print_error("the manual lacks %s\n", what);
	assert_non_null(strstr(page, roff));
}

static void
manual_pages_name_every_verb_and_option(void **state)
{
	static const char *const pages[] = {"supercargo.1", "supercargo.zh_CN.1"};
	const char *root = getenv("SUPERCARGO_SHARE");

	(void)state;
	assert_non_null(root);
	for (int i = 0; i < 2; i++) {
		char path[4096], page[65536], option[128];
		FILE *f;

		snprintf(path, sizeof path, "%s/packaging/%s", root, pages[i]);
		f = fopen(path, "r");
		assert_non_null(f);
		page[fread(page, 1, sizeof page - 1, f)] = '\0';
		fclose(f);
		for (const struct verb *v = verbs; v->name; v++)
			page_has(page, v->name);
		for (const struct option_row *o = options; o->name; o++) {
			snprintf(option, sizeof option, "--%s", o->name);
			if (strcmp(o->name, "stop-after") != 0) /* for tests only */
				page_has(page, option);
		}
	}
}

/* ---- the service ---- */

/* Answers one connection after the other. */
struct fake {
	char path[64];
	int listening;
	const char *const *answers; /* each at least 5 bytes; "" hangs up; NULL at the end */
	char heard[4096];
	pthread_t thread;
};

static void *
serve(void *ctx)
{
	struct fake *f = ctx;
	size_t n = 0;

	for (const char *const *answer = f->answers; *answer; answer++) {
		int fd = accept(f->listening, NULL, NULL);

		while (n < sizeof f->heard - 1) {
			ssize_t got = read(fd, f->heard + n, sizeof f->heard - 1 - n);

			if (got <= 0)
				break;
			n += (size_t)got;
			if (f->heard[n - 1] == '\n')
				break;
		}
		if (**answer &&
		    (write(fd, *answer, 5) != 5 || write(fd, *answer + 5, strlen(*answer) - 5) < 0))
			abort(); /* in two pieces */
		close(fd);
	}
	return NULL;
}

static void
fake_start(struct fake *f, const char *const *answers)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	*f = (struct fake){.answers = answers};
	snprintf(f->path, sizeof f->path, "/tmp/cli-test-%d.sock", (int)getpid());
	unlink(f->path);
	snprintf(a.sun_path, sizeof a.sun_path, "%s", f->path);
	f->listening = socket(AF_UNIX, SOCK_STREAM, 0);
	assert_int_equal(bind(f->listening, (struct sockaddr *)&a, sizeof a), 0);
	assert_int_equal(listen(f->listening, 4), 0);
	assert_int_equal(pthread_create(&f->thread, NULL, serve, f), 0);
}

static void
fake_end(struct fake *f)
{
	pthread_join(f->thread, NULL);
	close(f->listening);
	unlink(f->path);
}

static json_t *
ask(const char *socket_path, const char *verb, struct err *err)
{
	struct call c = {.lang = LANG_ZH, .socket = socket_path};
	json_t *args = json_pack("{s:s}", "id", "o12"), *result;

	err->text[0] = '\0';
	result = client_ask(&c, verb, args, err);
	json_decref(args);
	return result;
}

static void
the_service_is_asked(void **state)
{
	struct fake f;
	struct err err;
	json_t *result;

	(void)state;
	fake_start(&f, (const char *const[]){"{\"ok\":true,\"result\":{\"a\":1}}\n", NULL});
	result = ask(f.path, "show", &err);
	fake_end(&f);
	assert_string_equal(f.heard, "{\"verb\":\"show\",\"args\":{\"id\":\"o12\"},\"lang\":\"zh\"}\n");
	assert_int_equal(json_int(result, "a", 0), 1);
	json_decref(result);

	fake_start(&f, (const char *const[]){"{\"ok\":false,\"code\":\"not-found\",\"text\":\"没有 o12\"}\n",
					     NULL});
	assert_null(ask(f.path, "show", &err));
	fake_end(&f);
	assert_string_equal(err.text, "%s\x1f没有 o12");
}

static void
told(const struct err *err, const char *part)
{
	char text[ERR_MAX];

	err_english(err->text, text, sizeof text);
	if (!strstr(text, part))
		print_error("told: %s\n", text);
	assert_non_null(strstr(text, part));
}

/* Whatever the buyer called it, its name here is ours, and nothing that is there is written over. */
static void
files_are_saved_under_our_names(void **state)
{
	static const char answer[] = "{\"ok\":true,\"result\":{\"number\":1,\"of\":1,\"name\":\"../../"
				     "evil\",\"type\":\"image/png\","
				     "\"base64\":\"iVBORwA=\"}}\n";
	char folder[] = "/tmp/cli-save-XXXXXX", path[64], bytes[8];
	struct call c = {.lang = LANG_EN};
	struct stat st;
	struct fake f;
	struct err err;
	FILE *file;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/d3-1.png", folder);
	c.args = json_pack("{s:s, s:s}", "id", "d3", "folder", folder);
	for (int again = 0; again < 2; again++) {
		json_t *result;

		fake_start(&f, (const char *const[]){answer, NULL});
		c.socket = f.path;
		result = here_save(&c, &err);
		fake_end(&f);
		assert_true(again ? !result : result != NULL);
		json_decref(result);
	}
	told(&err, "there already");
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(st.st_size, 5);
	file = fopen(path, "rb");
	assert_int_equal(fread(bytes, 1, 5, file), 5);
	assert_memory_equal(bytes, "\x89PNG\0", 5);
	fclose(file);
	json_decref(c.args);
	c.args = json_pack("{s:s, s:s}", "id", "../d3", "folder", folder);
	assert_null(here_save(&c, &err));
	told(&err, "no id");
	json_decref(c.args);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0); /* and nothing else was written */
}

static void
no_answer_is_explained(void **state)
{
	struct fake f;
	struct err err;

	(void)state;
	fake_start(&f, (const char *const[]){"", NULL});
	assert_null(ask(f.path, "show", &err));
	fake_end(&f);
	told(&err, "the service went away before it answered");

	fake_start(&f, (const char *const[]){"certainly not JSON\n", NULL});
	assert_null(ask(f.path, "show", &err));
	fake_end(&f);
	told(&err, "the service's answer is not JSON");

	assert_null(ask(f.path, "show", &err)); /* nobody there any more */
	told(&err, "the service does not run");
}

/* ---- the whole program ---- */

static const struct run_options *ran;

static int
run(const struct run_options *o)
{
	static struct run_options seen;

	seen = *o;
	ran = &seen;
	return 7;
}

/* What `supercargo line` prints on both outputs, with this on its input; the exit code. */
static int
program(const char *line, const char *input, char *printed, size_t size)
{
	char copy[512], *argv[24], *save = NULL;
	FILE *out = tmpfile(), *in = tmpfile();
	int keep[3], argc = 0, code;
	size_t n;

	snprintf(copy, sizeof copy, "supercargo %s", line);
	for (char *w = strtok_r(copy, " ", &save); w; w = strtok_r(NULL, " ", &save))
		argv[argc++] = w;
	argv[argc] = NULL;
	fputs(input, in);
	rewind(in);
	fflush(stdout);
	for (int fd = 0; fd < 3; fd++)
		keep[fd] = dup(fd);
	dup2(fileno(in), 0);
	clearerr(stdin);
	dup2(fileno(out), 1);
	dup2(fileno(out), 2);
	code = cli(argc, argv, run);
	fflush(stdout);
	for (int fd = 0; fd < 3; fd++) {
		dup2(keep[fd], fd);
		close(keep[fd]);
	}
	rewind(out);
	n = fread(printed, 1, size - 1, out);
	printed[n] = '\0';
	fclose(out);
	fclose(in);
	return code;
}

static void
exit_codes_and_outputs(void **state)
{
	static const char *const answers[] = {"{\"ok\":true,\"result\":{\"deadlines\":[]}}\n",
					      "{\"ok\":true,\"result\":{\"deadlines\":[]}}\n",
					      "{\"ok\":false,\"code\":\"denied\",\"text\":\"not you\"}\n",
					      NULL};
	char printed[65536], line[128];
	struct fake f;

	(void)state;
	assert_int_equal(program("--version", "", printed, sizeof printed), 0);
	assert_string_equal(printed, "supercargo " SUPERCARGO_VERSION "\n");
	assert_int_equal(program("", "", printed, sizeof printed), 0);
	assert_non_null(strstr(printed, "  approve IDS... "));
	assert_int_equal(program("nonsense", "", printed, sizeof printed), 2);
	assert_int_equal(program("run -c x.conf --stop-after 12 --debug", "", printed, sizeof printed), 7);
	assert_string_equal(ran->conf_file, "x.conf");
	assert_int_equal(ran->stop_after, 12);
	assert_int_equal(ran->debug, 1);

	fake_start(&f, answers);
	snprintf(line, sizeof line, "deadlines --socket %s", f.path);
	assert_int_equal(program(line, "", printed, sizeof printed), 0);
	assert_string_equal(printed, "No deadlines.\n");
	snprintf(line, sizeof line, "deadlines --json --socket %s", f.path);
	assert_int_equal(program(line, "", printed, sizeof printed), 0);
	assert_string_equal(printed, "{\n  \"deadlines\": []\n}\n");
	snprintf(line, sizeof line, "resume --all --socket %s", f.path);
	assert_int_equal(program(line, "", printed, sizeof printed), 1);
	assert_string_equal(printed, "supercargo: not you\n");
	fake_end(&f);
}

static void
check_reads_the_reply_library_too(void **state)
{
	char path[] = "/tmp/cli-test-XXXXXX", line[64], printed[65536];
	static const char text[] = "[rule \"a\"]\non = order.paid\ntemplate = post_where_is_ordr\n"
				   "[rule \"b\"]\non = order.paid\ntemplate = post_where_is_order\n"
				   "[rule \"c\"]\non = message.received\ntemplate = post_refund_note\n";
	int fd = mkstemp(path);

	(void)state;
	assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
	snprintf(line, sizeof line, "check -c %s", path);
	assert_int_equal(program(line, "", printed, sizeof printed), 1);
	assert_non_null(strstr(printed,
			       ":1:1: template: found \"post_where_is_ordr\", expected a folder of the reply "
			       "library; did you mean post_where_is_order?\n"));
	assert_null(strstr(printed, ":4:"));
	assert_non_null(strstr(
		printed, ":7:1: template: post_refund_note is not written for the action reply; its kinds "
			 "say what it is for\n"));
	assert_non_null(strstr(printed, ": 1 errors\n"));
	close(fd);
	unlink(path);
}

#define CONSENT  "{\"ok\":true,\"result\":{\"url\":\"https://auth.example/?a=1\"}}\n"
#define REDEEMED "{\"ok\":true,\"result\":{}}\n"

static void
a_login_goes_there_and_back(void **state)
{
	static const char *const good[] = {
		CONSENT, REDEEMED,
		"{\"ok\":true,\"result\":{\"accounts\":[{\"name\":\"t\",\"login\":\"ok\"}]}}\n", NULL};
	static const char *const bad[] = {CONSENT, REDEEMED,
					  "{\"ok\":true,\"result\":{\"accounts\":[{\"login\":\"failed\","
					  "\"reason\":\"code expired\"}]}}\n",
					  NULL};
	static const char *const nothing[] = {CONSENT, NULL};
	char printed[4096], line[128];
	struct fake f;

	(void)state;
	fake_start(&f, good);
	snprintf(line, sizeof line, "account login t --socket %s", f.path);
	assert_int_equal(program(line, "https://back.example/?code=x\r\n", printed, sizeof printed), 0);
	fake_end(&f);
	assert_non_null(strstr(printed, "\n  https://auth.example/?a=1\n"));
	assert_non_null(strstr(printed, "Logged in.\n"));
	assert_non_null(
		strstr(f.heard, "\"args\":{\"account\":\"t\",\"pasted\":\"https://back.example/?code=x\"}"));

	fake_start(&f, bad);
	assert_int_equal(program(line, "x\n", printed, sizeof printed), 1);
	fake_end(&f);
	assert_non_null(strstr(printed, "the login did not succeed: code expired\n"));

	fake_start(&f, nothing);
	assert_int_equal(program(line, "\n", printed, sizeof printed), 1);
	fake_end(&f);
	assert_non_null(strstr(printed, "found nothing, expected the address"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arguments_become_json),
		cmocka_unit_test(wrong_arguments_are_explained),
		cmocka_unit_test(texts_and_switches_exclude_each_other),
		cmocka_unit_test(a_text_comes_from_a_file),
		cmocka_unit_test(status_is_shown),
		cmocka_unit_test(notices_of_a_kind_are_counted),
		cmocka_unit_test(columns_are_aligned_by_width),
		cmocka_unit_test(the_last_column_ends_at_the_edge),
		cmocka_unit_test(actions_are_shown),
		cmocka_unit_test(disputes_and_tasks_are_shown),
		cmocka_unit_test(files_are_saved_under_our_names),
		cmocka_unit_test(a_conversation_reads_like_one),
		cmocka_unit_test(an_order_shows_its_items),
		cmocka_unit_test(other_answers),
		cmocka_unit_test(a_buyer_cannot_steer_the_terminal),
		cmocka_unit_test(answers_of_any_shape_are_survived),
		cmocka_unit_test(widths),
		cmocka_unit_test(manual_pages_name_every_verb_and_option),
		cmocka_unit_test(the_service_is_asked),
		cmocka_unit_test(no_answer_is_explained),
		cmocka_unit_test(exit_codes_and_outputs),
		cmocka_unit_test(check_reads_the_reply_library_too),
		cmocka_unit_test(a_login_goes_there_and_back),
	};

	json_setup();
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
