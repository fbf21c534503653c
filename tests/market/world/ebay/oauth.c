/* oauth.c - the token endpoint and the question who am I. */
#include <string.h>

#include "base/text.h"
#include "call.h"

#define ACCESS_SECONDS  7200
#define REFRESH_SECONDS 47304000

static int
client_known(struct call *c)
{
	const char *sent = http_header(c->rq, "Authorization");
	struct buf plain = BUF_MAX(4096), want = BUF_MAX(8192);
	int known;

	buf_fmt(&plain, "%s:%s", c->e->client_id, c->e->client_secret);
	buf_put(&want, "Basic ");
	base64_encode(&want, buf_str(&plain), plain.len);
	known = sent && !strcmp(sent, buf_str(&want));
	buf_free(&plain);
	buf_free(&want);
	return known;
}

static int
subset(const char *asked, const char *granted)
{
	struct buf one = BUF_MAX(4096);
	int all = 1;

	for (const char *p = asked; all && *p;) {
		size_t n = strcspn(p, " ");

		buf_set(&one, p, n);
		all = n == 0 || has_scope(granted, buf_str(&one));
		p += n + (p[n] == ' ');
	}
	buf_free(&one);
	return all;
}

static void
grant_code(struct call *c)
{
	struct buf field = BUF_MAX(8192);
	struct token *code = NULL;
	const char *access, *refresh;

	form_get(c->rq->body, "code", &field);
	for (size_t i = 0; i < c->e->n_codes; i++)
		if (!strcmp(c->e->codes[i].value, buf_str(&field)))
			code = &c->e->codes[i];
	form_get(c->rq->body, "redirect_uri", &field);
	if (!code || code->ends <= c->now || strcmp(buf_str(&field), c->e->ru_name)) {
		oauth_error(c, 400, "invalid_grant",
			    "the authorization code is invalid, used or over its time, or the redirect_uri "
			    "differs");
	} else {
		code->ends = 0; /* works once */
		access = mint_token(c->e, code->scopes, c->now + ACCESS_SECONDS * SECOND, 0, 0);
		refresh = mint_token(c->e, code->scopes, c->now + REFRESH_SECONDS * SECOND, 1, 0);
		json_answer(c, 200,
			    json_pack("{s:s,s:i,s:s,s:i,s:s}", "access_token", access, "expires_in",
				      ACCESS_SECONDS, "refresh_token", refresh, "refresh_token_expires_in",
				      REFRESH_SECONDS, "token_type", "User Access Token"));
	}
	buf_free(&field);
}

static void
grant_refresh(struct call *c)
{
	struct buf refresh = BUF_MAX(8192), scope = BUF_MAX(8192);
	struct token *t = NULL;
	const char *scopes;
	json_t *answer;

	form_get(c->rq->body, "refresh_token", &refresh);
	form_get(c->rq->body, "scope", &scope);
	for (size_t i = 0; i < c->e->n_tokens; i++)
		if (c->e->tokens[i].refreshable && !strcmp(c->e->tokens[i].value, buf_str(&refresh)))
			t = &c->e->tokens[i];
	if (!t || t->ends <= c->now) {
		oauth_error(c, 400, "invalid_grant",
			    "the refresh token is invalid or was issued to another client");
	} else if (!subset(buf_str(&scope), t->scopes)) {
		oauth_error(c, 400, "invalid_scope", "a requested scope was not consented to");
	} else {
		scopes = scope.len ? buf_str(&scope) : t->scopes;
		answer = json_pack("{s:i,s:s}", "expires_in", ACCESS_SECONDS, "token_type",
				   "User Access Token");
		if (c->e->rotates) {
			t->ends = 0;
			json_object_set_new(answer, "refresh_token",
					    json_string(mint_token(c->e, t->scopes,
								   c->now + REFRESH_SECONDS * SECOND, 1, 0)));
		}
		json_object_set_new(
			answer, "access_token",
			json_string(mint_token(c->e, scopes, c->now + ACCESS_SECONDS * SECOND, 0, 0)));
		json_answer(c, 200, answer);
	}
	buf_free(&refresh);
	buf_free(&scope);
}

static void
grant_application(struct call *c)
{
	struct buf scope = BUF_MAX(8192);

	form_get(c->rq->body, "scope", &scope);
	if (strcmp(buf_str(&scope), "https://api.ebay.com/oauth/api_scope"))
		oauth_error(c, 400, "invalid_scope",
			    "the application may only ask for https://api.ebay.com/oauth/api_scope");
	else
		json_answer(
			c, 200,
			json_pack("{s:s,s:i,s:s}", "access_token",
				  mint_token(c->e, buf_str(&scope), c->now + ACCESS_SECONDS * SECOND, 0, 1),
				  "expires_in", ACCESS_SECONDS, "token_type", "Application Access Token"));
	buf_free(&scope);
}

void
oauth_token(struct call *c)
{
	const char *type = http_header(c->rq, "Content-Type");
	struct buf grant = BUF_MAX(256);

	form_get(c->rq->body, "grant_type", &grant);
	if (!client_known(c))
		oauth_error(c, 401, "invalid_client", "client authentication failed");
	else if (!type || strncmp(type, "application/x-www-form-urlencoded", 33))
		oauth_error(c, 400, "invalid_request",
			    "the content type must be application/x-www-form-urlencoded");
	else if (!strcmp(buf_str(&grant), "authorization_code"))
		grant_code(c);
	else if (!strcmp(buf_str(&grant), "refresh_token"))
		grant_refresh(c);
	else if (!strcmp(buf_str(&grant), "client_credentials"))
		grant_application(c);
	else
		oauth_error(c, 400, "unsupported_grant_type",
			    "grant type in request is not supported by the authorization server");
	buf_free(&grant);
}

void
identity_user(struct call *c)
{
	json_answer(c, 200,
		    json_pack("{s:s,s:s,s:s,s:s,s:s}", "userId", "EXAMPLEuserId", "username", c->e->username,
			      "accountType", "BUSINESS", "registrationMarketplaceId", c->e->marketplace,
			      "status", "CONFIRMED"));
}
