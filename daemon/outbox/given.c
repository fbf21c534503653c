#include "daemon/outbox/given.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/instant.h"
#include "base/json.h"
#include "base/text.h"

#define TEXT_UNITS  1000 /* UTF-16, of one text */
#define ITEM_UNITS  120
#define ITEMS       50
#define NUMBER_MAX  999999999
#define DAY_IS_OVER (DAY + DAY / 2) /* after its midnight UTC, everywhere */

/* ---- one value ---- */

static int
is_promise(const char *name)
{
	const struct variable *v = variable_find(name);

	return v && v->promise;
}

static const char *
clean(const char *text, size_t units, const char *name, struct arena *arena, struct err *err)
{
	struct buf out = BUF_MAX(64 << 10);
	const char *kept = NULL;

	var_clean(text, 16 << 10, &out);
	if (strpbrk(text, "{}"))
		fail(err, "%s: found a brace, expected the words themselves; nothing is filled in here",
		     name);
	else if (!out.len)
		fail(err, "%s: found nothing, expected some text", name);
	else if (utf16_length(out.data) > units)
		fail(err, "%s: found %zu characters, expected at most %zu", name, utf16_length(out.data),
		     units);
	else
		kept = arena_strdup(arena, out.data);
	buf_free(&out);
	return kept;
}

static int
read_money(const char *text, struct money *m)
{
	const size_t n = strcspn(text, " ");
	char number[32], currency[4] = "";

	if (n >= sizeof number || strlen(text) != n + 4)
		return -1;
	memcpy(number, text, n);
	number[n] = '\0';
	for (int i = 0; i < 3; i++)
		currency[i] = (char)toupper((unsigned char)text[n + 1 + i]);
	return money_parse(number, currency, m, NULL) || m->minor <= 0 ? -1 : 0;
}

static int
is_decimal(const char *text)
{
	const size_t n = strspn(text, "0123456789"),
		     f = text[n] == '.' ? strspn(text + n + 1, "0123456789") : 0;

	return n && n <= 12 && f <= 6 && (f ? !text[n + 1 + f] : !text[n]);
}

static int
is_word(const char *text, const char *const *words)
{
	while (words && *words && strcmp(*words, text) != 0)
		words++;
	return words ? *words != NULL
		     : *text && !text[strspn(
					text,
					"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_")];
}

static const char *
joined(const char *const *words, struct arena *arena)
{
	const char *all = "";

	for (; words && *words; words++)
		all = arena_fmt(arena, "%s%s%s", all, *all ? " " : "", *words);
	return all;
}

/* What a text stands for as a value of its type.  0, or -1 with err. */
static int
read_value(const struct var_spec *spec, const struct origin *origin, const char *text, int64_t now,
	   struct arena *arena, struct var *v, struct err *err)
{
	v->str = text;
	switch (spec->type) {
	case VAR_STR:
		if (!(v->str = clean(text, TEXT_UNITS, spec->name, arena, err)))
			return -1;
		break;
	case VAR_INT:
		v->num = strtoll(text, NULL, 10);
		if (!is_decimal(text) || strchr(text, '.') || v->num > NUMBER_MAX)
			return fail(err, "%s: found \"%s\", expected a whole number", spec->name, text);
		break;
	case VAR_DEC:
		if (!is_decimal(text))
			return fail(err, "%s: found \"%s\", expected a number like 12.50", spec->name, text);
		break;
	case VAR_MONEY:
		if (read_money(text, &v->money))
			return fail(err, "%s: found \"%s\", expected an amount like 12.50 EUR", spec->name,
				    text);
		break;
	case VAR_DATE:
		if (day_parse(text, strlen(text), &v->num))
			return fail(err, "%s: found \"%s\", expected a day like 2026-10-09", spec->name,
				    text);
		if (is_promise(spec->name) && v->num + DAY_IS_OVER <= now)
			return fail(err, "%s: found %s, expected a day that has not passed", spec->name,
				    text);
		break;
	case VAR_SELECT:
		if (!is_word(text, origin->words))
			return fail(err, "%s: found \"%s\", expected one of: %s", spec->name, text,
				    joined(origin->words, arena));
		break;
	case VAR_LIST: break; /* read_list */
	}
	v->state = PRESENT;
	return 0;
}

static int
read_list(const struct var_spec *spec, const json_t *list, struct arena *arena, struct var *v,
	  struct err *err)
{
	const size_t n = json_array_size(list);
	const char **items = arena_alloc(arena, (n + 1) * sizeof *items);

	if (!n || n > ITEMS)
		return fail(err, "%s: found %zu items, expected 1 to %d", spec->name, n, ITEMS);
	for (size_t i = 0; i < n; i++) {
		const char *text = json_string_value(json_array_get(list, i));

		if (!(items[i] = clean(text ? text : "", ITEM_UNITS, spec->name, arena, err)))
			return -1;
	}
	v->list = items;
	v->nlist = n;
	v->state = PRESENT;
	return 0;
}

static int
read_any(const struct var_spec *spec, const struct origin *origin, const json_t *value, int64_t now,
	 struct arena *arena, struct var *v, struct err *err)
{
	*v = (struct var){.name = spec->name};
	if (spec->type == VAR_LIST && json_is_array(value))
		return read_list(spec, value, arena, v, err);
	if (spec->type == VAR_LIST || !json_is_string(value))
		return fail(err, "%s: found several values, expected one", spec->name);
	return read_value(spec, origin, json_string_value(value), now, arena, v, err);
}

/* ---- taken ---- */

/* "a, b" becomes a list; a number what it is written as.  A new reference. */
static json_t *
as_written(const struct var_spec *spec, const json_t *value)
{
	const char *text = json_string_value(value);
	json_t *list;

	if (json_is_integer(value))
		return json_sprintf("%lld", (long long)json_integer_value(value));
	if (spec->type != VAR_LIST || !text)
		return json_incref((json_t *)value);
	list = json_array();
	for (const char *p = text; *p;) {
		const size_t n = strcspn(p, ",");

		json_array_append_new(list, json_stringn(p, n));
		p += n + (p[n] == ',');
	}
	return list;
}

/* Cleaned, as it is kept.  A new reference. */
static json_t *
as_kept(const struct var_spec *spec, const struct var *v)
{
	json_t *list;

	if (spec->type != VAR_LIST)
		return json_string(v->str);
	list = json_array();
	for (size_t i = 0; i < v->nlist; i++)
		json_array_append_new(list, json_string(v->list[i]));
	return list;
}

/* The names of a scenario that people may give. */
static const char *
givable(const struct scenario *s, const struct conf_account *a, struct arena *arena)
{
	const char *all = "";

	for (const struct var_spec *v = s->vars; v->name; v++)
		if (variable_unfilled(v->name, a))
			all = arena_fmt(arena, "%s%s%s", all, *all ? ", " : "", v->name);
	return *all ? all : "-";
}

static int
take(const struct scenario *s, const struct conf_account *a, json_t *kept, const char *name,
     const json_t *said, int64_t now, struct arena *arena, struct err *err)
{
	size_t i = 0;
	json_t *value;
	struct var v;
	int r;

	while (s->vars[i].name && strcmp(s->vars[i].name, name) != 0)
		i++;
	if (!s->vars[i].name)
		return fail(err, "%s has no variable %s; what can be given: %s", s->id, name,
			    givable(s, a, arena));
	if (!variable_unfilled(name, a))
		return fail(err,
			    "%s is not given by hand: %s is filled with what is known; what can be given: %s",
			    name, name, givable(s, a, arena));
	if (json_is_string(said) && !*json_string_value(said)) {
		json_object_del(kept, name);
		return 0;
	}
	value = as_written(&s->vars[i], said);
	if (!(r = read_any(&s->vars[i], &s->origins[i], value, now, arena, &v, err)))
		json_object_set_new(kept, name, as_kept(&s->vars[i], &v));
	json_decref(value);
	return r;
}

/* "5 to 5 days" is written by leaving the first out. */
static int
check_ranges(const json_t *kept, struct arena *arena, struct err *err)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)kept, name, value) {
		const size_t n = strlen(name);
		const char *least = json_string_value(value), *other, *most;

		if (n < 5 || strcmp(name + n - 4, "_min") != 0)
			continue;
		other = arena_fmt(arena, "%.*s_max", (int)(n - 4), name);
		most = json_string_value(json_object_get(kept, other));
		if (least && most && strtoll(least, NULL, 10) >= strtoll(most, NULL, 10))
			return fail(err,
				    "%s: found %s, expected less than %s, which is %s; leave it out when "
				    "both are the same",
				    name, least, other, most);
	}
	return 0;
}

const char *
given_take(const struct scenario *s, const struct conf_account *a, const char *before, const json_t *set,
	   int64_t now, struct arena *arena, struct err *err)
{
	json_t *kept = before && *before ? json_loads(before, 0, NULL) : NULL, *value;
	const char *name, *given = NULL;
	char *text;

	if (!kept)
		kept = json_object();
	json_object_foreach((json_t *)set, name, value)
		if (take(s, a, kept, name, value, now, arena, err))
			goto out;
	if (check_ranges(kept, arena, err))
		goto out;
	text = json_dumps(kept, JSON_COMPACT | JSON_SORT_KEYS);
	given = json_object_size(kept) ? arena_strdup(arena, text) : "";
	free(text);
out:
	json_decref(kept);
	return given;
}

/* ---- used ---- */

static struct var *
var_of(struct var *vars, const char *name)
{
	while (vars->name && strcmp(vars->name, name) != 0)
		vars++;
	return vars;
}

void
given_fill(const struct scenario *s, const struct conf_account *a, const char *given, const char *zone,
	   int64_t now, struct arena *arena, struct var vars[VARIABLES_MAX])
{
	json_t *values = given && *given ? json_loads(given, 0, NULL) : NULL, *value;

	for (size_t i = 0; values && s->vars[i].name; i++) {
		const struct var_spec *spec = &s->vars[i];
		struct var v;

		if (!variable_unfilled(spec->name, a) || !(value = json_object_get(values, spec->name)) ||
		    read_any(spec, &s->origins[i], value, now, arena, &v, NULL))
			continue;
		if (spec->type == VAR_DATE)
			v.num = day_shown(v.num, zone);
		v.str = arena_strdup(arena, v.str);
		*var_of(vars, spec->name) = v;
	}
	json_decref(values);
}

const char *
given_needs(const struct scenario *s, const struct conf_account *a, const struct var *vars,
	    struct arena *arena)
{
	const char *all = NULL;

	for (const struct var_spec *v = s->vars; v->name; v++) {
		if (v->optional || var_of((struct var *)vars, v->name)->state == PRESENT)
			continue;
		if (!variable_unfilled(v->name, a))
			return NULL;
		all = arena_fmt(arena, "%s%s%s", all ? all : "", all ? ", " : "", v->name);
	}
	return all;
}

json_t *
given_told(const char *given)
{
	json_t *values = given && *given ? json_loads(given, 0, NULL) : NULL, *told = NULL, *value, *item;
	char packed[ERR_MAX];
	const char *name;
	size_t i;

	if (values)
		told = json_array();
	json_object_foreach(values, name, value) {
		struct buf text = BUF_MAX(64 << 10);

		buf_put(&text, json_is_string(value) ? json_string_value(value) : "");
		json_array_foreach(value, i, item)
			buf_fmt(&text, "%s%s", i ? ", " : "", json_string_value(item));
		pack(packed, "%s: %s", name, buf_str(&text));
		json_array_append_new(told, json_pack("{s:s}", "packed", packed));
		buf_free(&text);
	}
	json_decref(values);
	return told;
}
