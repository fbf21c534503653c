/* keep.c - verbs about the file itself: copies of it, and whether it was changed. */
#include "connectors/base/json.h"
#include "daemon/clock.h"
#include "daemon/conf/conf.h"
#include "daemon/step.h"
#include "daemon/store/store.h"
#include "verb.h"

/* The configuration; a wrong one is `check`'s to explain. */
static struct conf *
conf_of(const struct call *c, struct err *err)
{
	struct conf *conf = conf_read(c->conf_file, c->lang, NULL, NULL);

	if (!conf)
		fail(err, "%s cannot be used; see: supercargo check -c %s", c->conf_file, c->conf_file);
	return conf;
}

json_t *
here_backup(struct call *c, struct err *err)
{
	struct conf *conf = conf_of(c, err);
	json_t *result = NULL;

	step_stop_after((long)json_int(c->args, "stop-after", 0));
	if (conf && !store_backup(conf->service.state, arg_text(c, "file"), clock_now(), err))
		result = json_object();
	conf_free(conf);
	return result;
}

json_t *
here_restore(struct call *c, struct err *err)
{
	struct conf *conf = conf_of(c, err);
	struct restored r = {0};
	char at[INSTANT_TEXT];
	json_t *result = NULL;

	if (conf && !store_restore(conf->service.state, arg_text(c, "file"), clock_now(), &r, err)) {
		instant_format(r.at, at);
		result =
			json_pack("{s:s, s:s, s:b, s:b, s:i, s:i}", "as_of_at", at, "kept", buf_str(&r.kept),
				  "other_installation", (int)r.other, "replaced_unreadable",
				  (int)r.unreadable, "forgotten_again", r.erased, "switched_off", r.stricter);
	}
	buf_free(&r.kept);
	conf_free(conf);
	return result;
}

json_t *
here_verify(struct call *c, struct err *err)
{
	struct conf *conf = conf_of(c, err);
	struct store *store = conf ? store_open_readonly(conf->service.state, err) : NULL;
	struct verified v;
	json_t *result = NULL;

	if (store) {
		store_begin(store);
		if (!store_verify(store, arg_text(c, "head"), &v, err))
			result = json_pack("{s:I, s:I, s:I, s:s, s:b}", "rows", (json_int_t)v.rows, "said",
					   (json_int_t)v.said, "sent", (json_int_t)v.sent, "head",
					   journal_head(store), "head_checked", arg_text(c, "head") != NULL);
		store_close(store);
	}
	conf_free(conf);
	return result;
}
