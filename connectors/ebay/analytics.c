/* analytics.c - how eBay grades the seller: /sell/analytics/v1/seller_standards_profile and …/customer_service_metric.
 *
 * One request for the levels, then one for each of the service metrics of the account's site; what eBay has not for a seller is passed over.
 * eBay's own description of a level's metrics is wrong, so they are taken as they come: any key, a value bare or inside an object.
 */
#include "ebay.h"

#include "base/text.h"

#include <string.h>

#define MOUNTAIN (7 * HOUR) /* service metrics: Mountain Standard Time, though written with a Z */

#define NOT_AVAILABLE 54200 /* and the others of this family: no such metric for this site or seller */
#define NO_SUCH_TYPE  54400
#define NO_SUCH_SITE  54401
#define NO_SUCH_CYCLE 54402

/* After the levels, step by step. */
static const struct {
	const char *metric, *cycle;
} service[] = {
	{"ITEM_NOT_AS_DESCRIBED", "CURRENT"},
	{"ITEM_NOT_AS_DESCRIBED", "PROJECTED"},
	{"ITEM_NOT_RECEIVED", "CURRENT"},
	{"ITEM_NOT_RECEIVED", "PROJECTED"},
};
#define STEPS ((int64_t)(sizeof service / sizeof *service))

/* 0: the levels; n: service[n - 1] */
static int64_t
step_of(const struct task *t)
{
	json_t *root = *t->cursor ? json_read(t->arena, t->cursor, strlen(t->cursor), NULL) : NULL;
	int64_t step = json_int(root, "step", 0);

	return step < 0 || step > STEPS ? 0 : step;
}

int
ebay_standards_ask(const struct task *t, struct request *r, struct err *err)
{
	int64_t step = step_of(t);

	if (ebay_get(t, r, "api", err))
		return -1;
	if (!step) {
		buf_put(&r->url, "/sell/analytics/v1/seller_standards_profile");
	} else {
		buf_fmt(&r->url,
			"/sell/analytics/v1/customer_service_metric/%s/%s?evaluation_marketplace_id=",
			service[step - 1].metric, service[step - 1].cycle);
		url_encode(&r->url, account_get(t->account, "site"));
	}
	return ebay_fits(r, err);
}

/* A text or number as it stands, also inside {"value": …}; NULL when there is none. */
static const char *
plain(const struct task *t, const json_t *value)
{
	if (json_is_object(value))
		value = json_object_get(value, "value");
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		return arena_fmt(t->arena, "%lld", (long long)json_integer_value(value));
	if (json_is_real(value))
		return arena_fmt(t->arena, "%.15g", json_real_value(value));
	if (json_is_boolean(value))
		return json_is_true(value) ? "true" : "false";
	return NULL;
}

static const char *
word(const json_t *o, const char *key)
{
	const char *s = json_text(o, key);

	return s ? s : "";
}

static int
hand_over(const struct metric *m, const json_t *item, struct found *f)
{
	struct err why;

	if (m->name && *m->name && m->value)
		return f->metric(f, m);
	fail(&why, "eBay: a metric without name or value");
	return ebay_odd(f, item, why.text);
}

/* ---- levels ---- */

static int
read_profile(const struct task *t, const json_t *profile, struct found *f)
{
	const json_t *cycle = json_obj(profile, "cycle");
	const char *scope = arena_fmt(t->arena, "%s %s", word(profile, "program"), word(cycle, "cycleType"));
	const char *level = json_text(profile, "standardsLevel");
	struct metric m = {.name = "STANDARDS_LEVEL", .scope = scope, .value = level, .level = level};
	json_t *list = json_list(profile, "metrics");
	size_t i;

	if (json_time(cycle, "evaluationDate", &m.until) < 0)
		m.until = 0;
	if (hand_over(&m, profile, f))
		return -1;
	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i);
		const char *upper = plain(t, json_object_get(j, "thresholdUpperBound"));

		m = (struct metric){.name = json_text(j, "metricKey"),
				    .scope = scope,
				    .value = plain(t, json_object_get(j, "value")),
				    .level = json_text(j, "level"),
				    .limit = upper ? upper
						   : plain(t, json_object_get(j, "thresholdLowerBound"))};
		if (json_time(j, "lookbackStartDate", &m.from) < 0)
			m.from = 0;
		if (json_time(j, "lookbackEndDate", &m.until) < 0)
			m.until = 0;
		if (hand_over(&m, j, f))
			return -1;
	}
	return 0;
}

static int
read_levels(const struct task *t, const json_t *root, struct found *f)
{
	json_t *list = json_list(root, "standardsProfiles");
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (read_profile(t, json_array_get(list, i), f))
			return -1;
	return 0;
}

/* ---- service metrics ---- */

static int64_t
mountain_time(const json_t *o, const char *key)
{
	int64_t at = 0;

	return json_time(o, key, &at) > 0 ? at + MOUNTAIN : 0;
}

static int
read_dimension(const struct task *t, const json_t *root, const json_t *one, const char *type, struct found *f)
{
	const json_t *cycle = json_obj(root, "evaluationCycle"), *dimension = json_obj(one, "dimension");
	const char *scope = arena_fmt(t->arena, "%s %s %s", word(root, "marketplaceId"),
				      word(dimension, "value"), word(cycle, "evaluationType"));
	json_t *list = json_list(one, "metrics");
	size_t i;

	for (i = 0; i < json_array_size(list); i++) {
		json_t *j = json_array_get(list, i), *benchmark = json_obj(j, "benchmark");
		const char *key = json_text(j, "metricKey");
		struct metric m = {
			.name = key && *key ? arena_fmt(t->arena, "%s_%s", type, key) : NULL,
			.scope = scope,
			.value = plain(t, json_object_get(j, "value")),
			.level = json_text(benchmark, "rating"),
			.limit = plain(t, json_object_get(json_obj(benchmark, "metadata"), "average")),
			.from = mountain_time(cycle, "startDate"),
			.until = mountain_time(cycle, "endDate")};

		if (hand_over(&m, j, f))
			return -1;
	}
	return 0;
}

static int
read_service(const struct task *t, const json_t *root, const char *type, struct found *f)
{
	json_t *list = json_list(root, "dimensionMetrics");
	size_t i;

	for (i = 0; i < json_array_size(list); i++)
		if (read_dimension(t, root, json_array_get(list, i), type, f))
			return -1;
	return 0;
}

/* ---- the stream ---- */

static enum outcome
next(int64_t step, int64_t now, struct found *f)
{
	if (step < STEPS) {
		buf_fmt(&f->cursor, "{\"step\":%lld}", (long long)step + 1);
		return MORE;
	}
	buf_put(&f->cursor, "{}");
	f->covered = now;
	return DONE;
}

enum outcome
ebay_standards_read(const struct task *t, const struct response *rs, struct found *f)
{
	int64_t step = step_of(t), id;
	const char *what = step ? "dimensionMetrics" : "standardsProfiles";
	enum outcome o;
	json_t *root;
	int bad;

	if (rs->status == 204 && !rs->len)
		return next(step, t->now, f);
	if (!(root = ebay_answer(t, rs, 0, f, &o))) {
		id = step && rs->status / 100 == 4 ? ebay_error_id(t, rs) : 0;
		if (id != NOT_AVAILABLE && id != NO_SUCH_TYPE && id != NO_SUCH_SITE && id != NO_SUCH_CYCLE)
			return o;
		f->err.text[0] = '\0';
		f->wait = 0;
		return next(step, t->now, f);
	}
	if (!json_list(root, what))
		return later(f, "eBay: the answer holds no grades");
	bad = step ? read_service(t, root, service[step - 1].metric, f) : read_levels(t, root, f);
	return bad ? LATER : next(step, t->now, f);
}
