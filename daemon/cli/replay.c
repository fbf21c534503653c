/* replay.c - the verb that shows what a changed configuration would have made of the past. */
#include "daemon/replay.h"

#include "connectors/base/json.h"
#include "daemon/clock.h"
#include "daemon/conf/conf.h"
#include "daemon/store/store.h"
#include "verb.h"

#define SINCE (30 * DAY)
#define FIRST 20 /* differences one by one */

/* Every {"packed": …} becomes a sentence. */
static void
say_all(enum lang lang, json_t *v)
{
	struct buf text = BUF_MAX(8192);
	const char *key, *packed;
	json_t *member;
	size_t i;

	json_object_foreach(v, key, member) {
		if (!(packed = json_text(member, "packed"))) {
			say_all(lang, member);
			continue;
		}
		say_packed(&text, lang, packed);
		json_object_set_new(v, key, json_string(buf_str(&text)));
		buf_clear(&text);
	}
	json_array_foreach(v, i, member)
		say_all(lang, member);
	buf_free(&text);
}

static json_t *
observed(struct call *c, int64_t from, struct err *err)
{
	struct conf *conf = conf_read(c->conf_file, c->lang, NULL, NULL);
	struct store *store = conf ? store_open_readonly(conf->service.state, err) : NULL;
	json_t *result = NULL;

	if (!conf)
		fail(err, "%s cannot be used; see: supercargo check -c %s", c->conf_file, c->conf_file);
	if (store) {
		store_begin(store);
		if (!(result = view_observed(store, from, texts_alike)))
			store_commit(store, err);
	}
	store_close(store);
	conf_free(conf);
	return result;
}

json_t *
here_replay(struct call *c, struct err *err)
{
	const char *changed = arg_text(c, "file"), *since = arg_text(c, "since");
	const int alone = json_flag(c->args, "observed", 0);
	const int limit = (int)json_int(c->args, "limit", FIRST);
	int64_t span = SINCE, from;
	char at[INSTANT_TEXT];
	json_t *result;

	if (since && duration_parse(since, &span)) {
		fail(err, "--since: found \"%s\", expected a duration like 30d", since);
		return NULL;
	}
	if (!changed == !alone) {
		fail(err, "name the changed configuration file, or say --observed");
		return NULL;
	}
	from = clock_now() - span;
	result = alone ? observed(c, from, err)
		       : replay(c->conf_file, changed, from, limit > 0 ? limit : 0, err);
	if (result) {
		instant_format(from, at);
		json_object_set_new(result, "since_at", json_string(at));
		say_all(c->lang, result);
	}
	return result;
}
