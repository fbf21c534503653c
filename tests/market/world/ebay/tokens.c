/* tokens.c - who may call, and how often. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "state.h"

/* As long as the real ones may be: whoever reserves a fixed buffer for them shall notice. */
#define TOKEN_NOISE 1900

static char *
token_text(struct ebay *e, const char *head)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf b = BUF_MAX(4096);
	uint64_t noise = e->seed + (uint64_t)++e->serial * 1000003;
	char *text;

	buf_put(&b, head);
	for (int i = 0; i < TOKEN_NOISE; i++)
		buf_char(&b, digits[mix(&noise) & 63]);
	buf_put(&b, "==");
	text = must_strdup(buf_str(&b));
	buf_free(&b);
	return text;
}

const char *
mint_token(struct ebay *e, const char *scopes, int64_t ends, int refreshable, int application)
{
	char *value = token_text(e, application   ? "v^1.1#i^1#p^1#I^3#f^0#r^0#t^"
				    : refreshable ? "v^1.1#i^1#p^3#I^3#f^0#r^1#t^"
						  : "v^1.1#i^1#p^3#I^3#f^0#r^0#t^");
	struct token *t = GROW(e->tokens, e->n_tokens);

	*t = (struct token){value, ends, must_strdup(scopes), application, refreshable, 0};
	return value;
}

const char *
ebay_mint_code(struct ebay *e, int64_t now)
{
	struct token *t = GROW(e->codes, e->n_codes);

	*t = (struct token){.value = token_text(e, "v^1.1#i^1#f^0#"),
			    .ends = now + 299 * SECOND,
			    .scopes = must_strdup(e->scopes)};
	t->value[600] = '\0';
	return t->value;
}

void
count_in(struct count **list, size_t *n, const char *name)
{
	for (size_t i = 0; i < *n; i++)
		if (!strcmp((*list)[i].name, name)) {
			(*list)[i].n++;
			return;
		}
	*GROW(*list, *n) = (struct count){must_strdup(name), 1};
}

void
count_call(struct ebay *e, const char *operation)
{
	count_in(&e->operations, &e->n_operations, operation);
}

void
token_name(const char *token, char name[17])
{
	uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *token; token++)
		h = (h ^ (unsigned char)*token) * UINT64_C(1099511628211);
	snprintf(name, 17, "%016" PRIx64, h);
}

enum token_state
check_token(struct ebay *e, const char *value, int64_t now, const struct token **found)
{
	char name[17];

	if (!value || !*value)
		return TOKEN_NONE;
	for (size_t i = e->n_tokens; i-- > 0;) { /* the newest is the likeliest */
		struct token *t = &e->tokens[i];

		if (t->refreshable || strcmp(t->value, value))
			continue;
		t->seen++;
		*found = t;
		return t->ends > now ? TOKEN_GOOD : TOKEN_EXPIRED;
	}
	token_name(value, name);
	count_in(&e->seen, &e->n_seen, name);
	return TOKEN_UNKNOWN;
}

int
has_scope(const char *scopes, const char *scope)
{
	size_t n = strlen(scope);

	for (const char *p = scopes; p && *p; p = strchr(p, ' ') ? strchr(p, ' ') + 1 : NULL)
		if (strcspn(p, " ") == n && !strncmp(p, scope, n))
			return 1;
	return 0;
}

int
over_quota(struct ebay *e, const char *resource, int64_t now)
{
	/* the day ends at midnight US Pacific; taken as 08:00Z all year */
	int64_t day = (now - 8 * HOUR) / DAY;

	for (size_t i = 0; i < e->n_quotas; i++) {
		struct quota *q = &e->quotas[i];

		if (strcmp(q->resource, resource))
			continue;
		if (q->day != day) {
			q->day = day;
			q->used = 0;
		}
		if (q->used >= q->limit)
			return 1;
		q->used++;
	}
	return 0;
}

void
ebay_expire(struct ebay *e)
{
	for (size_t i = 0; i < e->n_tokens; i++)
		if (!e->tokens[i].refreshable)
			e->tokens[i].ends = 0;
}

void
ebay_revoke(struct ebay *e)
{
	for (size_t i = 0; i < e->n_tokens; i++)
		if (!e->tokens[i].application)
			e->tokens[i].ends = 0;
	for (size_t i = 0; i < e->n_codes; i++)
		e->codes[i].ends = 0;
}

void
ebay_hide_sent(struct ebay *e, int64_t ms)
{
	e->hide_sent = ms;
}
