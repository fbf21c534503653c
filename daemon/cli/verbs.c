/* verbs.c - every verb and every option, once: parsing, help and manual tests walk these rows. */
#include "verb.h"

const struct option_row options[] = {
	{ "account", "NAME", 0, TEXT("only this account") },
	{ "all", NULL, 0, TEXT("all of them") },
	{ "limit", "N", 1, TEXT("show so many") },
	{ "after", "ID", 0, TEXT("go on after this one") },
	{ "state", "STATE", 0, TEXT("only in this state") },
	{ "text", "TEXT", 0, TEXT("the text") },
	{ "file", "FILE", 0, TEXT("read the text from a file; - is standard input") },
	{ "template", "ID", 0, TEXT("a text of the reply library") },
	{ "locale", "LOCALE", 0, TEXT("in this language") },
	{ "mode", "MODE", 0, TEXT("draft or auto") },
	{ "marketplace", "SITE", 0, TEXT("only this site") },
	{ "application", "NAME", 0, TEXT("the application that the account uses") },
	{ "print", NULL, 0, TEXT("show what was understood, without secrets") },
	{ "debug", NULL, 0, TEXT("log more") },
	{ "stop-after", "N", 1, TEXT("leave at the N-th step, for tests") },
	{ 0 },
};

const struct verb verbs[] = {
	{ "run", "", "debug stop-after", TEXT("run the service"), .act = act_run },
	{ "check", "", "print", TEXT("read the configuration, the reply library and the policies, and tell every mistake"),
	  .act = act_check },
	{ "demo", "", "", TEXT("run against the bundled marketplaces and show what happens"), .act = act_demo },

	{ "status", "", "", TEXT("how every account is doing"), .render = render_status },
	{ "inbox", "", "account all limit after", TEXT("conversations that wait for an answer; --all: every one"),
	  .render = render_inbox },
	{ "find", "words...", "limit", TEXT("search orders and conversations"), .render = render_find },
	{ "show", "id", "", TEXT("everything about an order, conversation, message, action or buyer"), .render = render_show },
	{ "outbox", "", "account state limit after", TEXT("what is to be sent, waits or was sent"), .render = render_outbox },
	{ "deadlines", "", "limit", TEXT("what has to be answered until when"), .render = render_deadlines },
	{ "explain", "id", "", TEXT("why something was decided, step by step"), .render = render_explain },
	{ "odd", "", "limit", TEXT("what a platform sent that could not be understood"), .render = render_odd },

	{ "reply", "conversation text...?", "file template locale",
	  TEXT("answer a conversation; without a text it is read from standard input"), .prepare = prepare_reply,
	  .render = render_actions },
	{ "approve", "ids+", "", TEXT("let drafts leave"), .render = render_actions },
	{ "edit", "id", "text file", TEXT("change the text of a draft, in $EDITOR unless it is given"), .prepare = prepare_edit,
	  .render = render_actions },
	{ "drop", "ids+", "", TEXT("do not send"), .render = render_actions },
	{ "undo", "id", "", TEXT("take a reply back that has not left"), .render = render_actions },
	{ "resolve", "id outcome", "", TEXT("say whether a held action arrived: sent or not-sent"), .render = render_actions },
	{ "note", "id text...", "", TEXT("keep a note beside a record"), .render = render_done },
	{ "pause", "account?", "all", TEXT("stop everything that has not left"), .prepare = prepare_pause, .render = render_switched },
	{ "resume", "account?", "all", TEXT("go on after pause"), .prepare = prepare_pause, .render = render_switched },

	{ "account add", "name platform", "application", TEXT("print a section for the configuration file"),
	  .act = act_account_add },
	{ "account list", "account?", "", TEXT("accounts, their logins and what can be done there"), .render = render_accounts },
	{ "account login", "account", "", TEXT("give Supercargo access to an account"), .act = act_login },
	{ "account arm", "account", "mode", TEXT("let an account send from now on"), .render = render_switched },
	{ "account mode", "account mode", "marketplace", TEXT("set an account to off, observe, draft or auto"),
	  .render = render_switched },

	{ "template list", "", "", TEXT("the scenarios of the reply library and their languages"), .here = here_template_list,
	  .render = render_templates },
	{ "template render", "id", "locale", TEXT("show a reply text with its sample values"), .here = here_template_render,
	  .render = render_texts },
	{ "template lint", "", "", TEXT("find mistakes in reply texts"), .here = here_template_lint, .render = render_findings },

	{ "backup", "file", "", TEXT("copy the store, also while the service runs"), .here = here_backup, .render = render_done },
	{ "help", "verb...?", "", TEXT("this list, or one verb"), .act = act_help },
	{ 0 },
};
