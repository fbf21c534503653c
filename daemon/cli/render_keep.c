/* render_keep.c - what was done with the file itself. */
#include "connectors/base/json.h"
#include "render.h"

void
render_restored(struct buf *out, const struct view *v, const json_t *result)
{
	const long long forgotten = json_int(result, "forgotten_again", 0),
			switched = json_int(result, "switched_off", 0);
	struct buf age = BUF_MAX(64);

	put_when(&age, v, result, "as_of_at");
	buf_fmt(out, say(v->lang, "The store is as it was at %s (%s)."), text_of(result, "as_of_at"),
		buf_str(&age));
	buf_char(out, '\n');
	if (*text_of(result, "kept")) {
		buf_fmt(out, say(v->lang, "What it replaced is kept: %s"), text_of(result, "kept"));
		buf_char(out, '\n');
	}
	if (json_flag(result, "other_installation", 0))
		buf_fmt(out, "! %s\n",
			say(v->lang, "It comes from another installation. If the service still runs there, "
				     "stop it for good before you start this one, or both will answer."));
	if (json_flag(result, "replaced_unreadable", 0))
		buf_fmt(out, "! %s\n",
			say(v->lang, "What it replaced cannot be read: whom you forgot and what you paused "
				     "or switched "
				     "off since then is not known. Do both again: supercargo erase, "
				     "supercargo account mode."));
	if (forgotten) {
		buf_fmt(out, say(v->lang, "People forgotten since then, forgotten again: %lld"), forgotten);
		buf_char(out, '\n');
	}
	if (switched) {
		buf_fmt(out,
			say(v->lang,
			    "Accounts that stay paused or in the stricter mode, as they were last: %lld"),
			switched);
		buf_char(out, '\n');
	}
	buf_fmt(out, "%s\n",
		say(v->lang,
		    "Now start the service. It reads every account before it sends anything, and "
		    "waits until all that was sent lately can be seen; 'supercargo status' shows when that "
		    "is "
		    "over. It then goes on by itself. What may have been done since the copy waits for "
		    "your decision: supercargo outbox --state draft"));
	buf_free(&age);
}

void
render_verified(struct buf *out, const struct view *v, const json_t *result)
{
	buf_fmt(out, "%s\n", say(v->lang, "The file is sound."));
	buf_fmt(out,
		say(v->lang, "The journal is whole: %lld entries, each with the hash of the one before it."),
		(long long)json_int(result, "rows", 0));
	buf_char(out, '\n');
	buf_fmt(out,
		say(v->lang, "As they were when they were written: %lld texts that it quotes, %lld texts "
			     "that were sent."),
		(long long)json_int(result, "said", 0), (long long)json_int(result, "sent", 0));
	buf_char(out, '\n');
	buf_fmt(out, say(v->lang, "Head: %s"), text_of(result, "head"));
	buf_char(out, '\n');
	if (!json_flag(result, "head_checked", 0))
		buf_fmt(out, "%s\n",
			say(v->lang,
			    "That entries were cut off at the end shows only against a head from the system "
			    "log: supercargo verify --head HEAD"));
	buf_fmt(out, "%s\n",
		say(v->lang, "Records of the platforms are not covered: they are kept as they came and can "
			     "be read again."));
}
