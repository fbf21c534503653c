#include <string.h>

#include "connectors/base/json.h"
#include "render.h"

#define OF_A_KIND 5 /* notices that are shown */

/* What keeps an account from working, in one word. */
static const char *
hindrance(const struct view *v, const json_t *account)
{
	if (json_text(account, "stopped"))
		return say(v->lang, "stopped");
	if (json_flag(account, "paused", 0))
		return say(v->lang, "paused");
	if (json_text(account, "breaker"))
		return say(v->lang, "breaker open");
	if (!json_text(account, "armed_at"))
		return say(v->lang, "not armed");
	if (json_text(account, "quarantine"))
		return say(v->lang, "reads first");
	return say(v->lang, "works");
}

/* The stream that was read least recently tells how fresh the account is. */
static const json_t *
oldest_stream(const json_t *account)
{
	const json_t *oldest = NULL, *stream;
	int64_t at, least = INT64_MAX;
	size_t i;

	json_array_foreach(list_of(account, "streams"), i, stream) {
		if (json_time(stream, "last_ok_at", &at) != 1)
			return stream; /* never */
		if (at < least)
			least = at, oldest = stream;
	}
	return oldest;
}

static void
put_reason(struct buf *out, const struct view *v, const char *name, const char *reason, int64_t fails)
{
	if (!reason)
		return;
	buf_put(out, "! ");
	put_line(out, name);
	buf_put(out, ": ");
	put_line(out, reason);
	if (fails > 1)
		buf_fmt(out, say(v->lang, " (%lld times in a row)"), (long long)fails);
	buf_char(out, '\n');
}

static void
put_reasons(struct buf *out, const struct view *v, const json_t *account)
{
	const char *name = text_of(account, "name");
	const json_t *stream;
	size_t i;

	put_reason(out, v, name, json_text(account, "stopped"), 0);
	put_reason(out, v, name, json_text(account, "breaker"), 0);
	put_reason(out, v, name, json_text(account, "quarantine"), 0);
	json_array_foreach(list_of(account, "streams"), i, stream) {
		struct buf place = BUF_MAX(512);

		buf_fmt(&place, "%s %s", name, text_of(stream, "name"));
		put_reason(out, v, buf_str(&place), json_text(stream, "stopped"),
			   json_int(stream, "fails", 0));
		buf_free(&place);
	}
}

static void
put_accounts(struct buf *out, const struct view *v, const json_t *accounts)
{
	static const char *const titles[] = {TEXT("ACCOUNT"),
					     TEXT("PLATFORM"),
					     TEXT("MODE"),
					     TEXT("STATE"),
					     TEXT("UNANSWERED"),
					     TEXT("DISPUTES"),
					     TEXT("TASKS"),
					     TEXT("DRAFTS"),
					     TEXT("HELD"),
					     TEXT("UNSURE"),
					     TEXT("SENT 24 H"),
					     TEXT("READ"),
					     NULL};
	struct table t;
	const json_t *a;
	size_t i;

	table_begin(&t, v, titles);
	json_array_foreach(accounts, i, a) {
		const json_t *stream = oldest_stream(a);

		table_cell(&t, text_of(a, "name"));
		table_cell(&t, text_of(a, "platform"));
		table_cell(&t, word(v, text_of(a, "mode")));
		table_cell(&t, hindrance(v, a));
		table_count(&t, a, "unanswered");
		table_count(&t, a, "disputes");
		table_count(&t, a, "tasks");
		table_count(&t, a, "drafts");
		table_count(&t, a, "held");
		table_count(&t, a, "unsure");
		table_count(&t, a, "sent_24h");
		if (json_text(stream, "last_ok_at"))
			table_when(&t, v, stream, "last_ok_at");
		else
			table_cell(&t, say(v->lang, "never"));
	}
	table_end(&t, out, v);
	json_array_foreach(accounts, i, a)
		put_reasons(out, v, a);
}

/* What reading costs and how fast it is. */
static void
put_usage(struct buf *out, const struct view *v, const json_t *result)
{
	static const char *const titles[] = {TEXT("QUOTA"), TEXT("USED"), TEXT("LEFT"), TEXT("UNTIL"), NULL};
	const json_t *quotas = list_of(result, "quotas"), *a;
	struct table t;
	size_t i;

	json_array_foreach(list_of(result, "accounts"), i, a)
		if (json_int(a, "message_age_ms", -1) >= 0) {
			buf_fmt(out,
				say(v->lang,
				    "%s: messages of late were %lld s old when they came in, on average"),
				text_of(a, "name"), (long long)(json_int(a, "message_age_ms", 0) / 1000));
			buf_char(out, '\n');
		}
	if (!json_array_size(quotas))
		return;
	table_begin(&t, v, titles);
	json_array_foreach(quotas, i, a) {
		struct buf name = BUF_MAX(256);

		buf_fmt(&name, "%s %s", text_of(a, "owner"), text_of(a, "quota"));
		table_cell(&t, buf_str(&name));
		table_count(&t, a, "used");
		if (json_int(a, "left", 0))
			table_count(&t, a, "left");
		else
			table_cell(&t, "0");
		table_when(&t, v, a, "until_at");
		buf_free(&name);
	}
	table_end(&t, out, v);
}

void
put_away(struct buf *out, const struct view *v, const json_t *accounts)
{
	const json_t *a;
	size_t i;

	json_array_foreach(accounts, i, a) {
		struct buf until = BUF_MAX(64);
		int64_t at;

		if (json_flag(a, "there", 1))
			continue;
		if (json_time(a, "back_at", &at) == 1) {
			put_time(&until, v, at);
			buf_fmt(out, say(v->lang, "%s: nobody is there until %s; deadlines run on"),
				text_of(a, "name"), buf_str(&until));
		} else {
			buf_fmt(out, say(v->lang, "%s: nobody is there any more; deadlines run on"),
				text_of(a, "name"));
		}
		buf_char(out, '\n');
		buf_free(&until);
	}
}

/* Of one kind and about the same sort of thing: "due/8h/c12", "due/8h/c13". */
static int
same_trouble(const json_t *a, const json_t *b)
{
	const char *cause = text_of(a, "cause"), *last = strrchr(cause, '/');

	return last && !strncmp(cause, text_of(b, "cause"), (size_t)(last - cause) + 2) &&
	       !strcmp(text_of(a, "account"), text_of(b, "account"));
}

static void
put_notice(struct buf *out, const struct view *v, const json_t *notice)
{
	buf_put(out, "! ");
	put_when(out, v, notice, "at");
	buf_put(out, json_text(notice, "at") ? ": " : "");
	if (json_text(notice, "account") && !strstr(text_of(notice, "text"), text_of(notice, "account"))) {
		put_line(out, text_of(notice, "account"));
		buf_put(out, ": ");
	}
	put_line(out, text_of(notice, "text"));
	buf_char(out, '\n');
}

/* So many of them that others could not be seen are only counted. */
static void
put_notices(struct buf *out, const struct view *v, const json_t *list)
{
	const json_t *notice, *other;
	int counted = 0;
	size_t i, k;

	json_array_foreach(list, i, notice) {
		int same = 0;

		json_array_foreach(list, k, other) {
			if (k == i || same == OF_A_KIND)
				break;
			same += same_trouble(notice, other);
		}
		if (same == OF_A_KIND)
			counted++;
		else
			put_notice(out, v, notice);
	}
	if (counted) {
		buf_fmt(out, say(v->lang, "and %d more; all of them: supercargo notices"), counted);
		buf_char(out, '\n');
	}
}

void
render_status(struct buf *out, const struct view *v, const json_t *result)
{
	const json_t *accounts = list_of(result, "accounts"), *a;
	struct buf since = BUF_MAX(64);
	size_t i;

	put_when(&since, v, result, "started_at");
	buf_fmt(out, say(v->lang, "supercargo %s, started %s"), text_of(result, "version"), buf_str(&since));
	buf_char(out, '\n');
	if (json_flag(result, "paused_all", 0))
		buf_fmt(out, "%s\n", say(v->lang, "Everything is paused: supercargo resume --all"));
	if (json_array_size(accounts))
		put_accounts(out, v, accounts);
	else
		buf_fmt(out, "%s\n", say(v->lang, "No accounts yet: supercargo account add NAME PLATFORM"));
	put_away(out, v, accounts);
	json_array_foreach(accounts, i, a)
		put_coverage(out, v, json_obj(a, "coverage"));
	put_notices(out, v, list_of(result, "notices"));
	if (json_int(result, "odd", 0)) {
		buf_fmt(out, say(v->lang, "%lld items could not be understood: supercargo odd"),
			(long long)json_int(result, "odd", 0));
		buf_char(out, '\n');
	}
	put_usage(out, v, result);
	buf_free(&since);
}

/* After a switch was flipped: how the accounts stand now. */
void
render_switched(struct buf *out, const struct view *v, const json_t *result)
{
	put_accounts(out, v, list_of(result, "accounts"));
}
