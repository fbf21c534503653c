/* login.c - `account login`: a person opens the platform's consent page and brings back where it led. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "connectors/base/json.h"
#include "verb.h"

enum { POLLS = 60, POLL_MS = 1000 };

static int
tell(const struct call *c, const struct err *err)
{
	struct buf text = BUF_MAX(8192);

	say_packed(&text, c->lang, err->text);
	fprintf(stderr, "supercargo: %s\n", buf_str(&text));
	buf_free(&text);
	return 1;
}

static int
show_consent(const struct call *c, const json_t *args, struct err *err)
{
	json_t *result = client_ask(c, "account consent", args, err);
	struct buf url = BUF_MAX(65536);

	if (!result)
		return -1;
	put_line(&url, text_of(result, "url"));
	printf("%s\n\n  %s\n\n%s\n> ",
	       say(c->lang, "Open this address in a browser, log in as the seller and agree:"), buf_str(&url),
	       say(c->lang, "The browser then shows another page, perhaps an error. Copy its whole address "
			    "and paste it here:"));
	fflush(stdout);
	buf_free(&url);
	json_decref(result);
	return 0;
}

static int
send_pasted(const struct call *c, const char *pasted, struct err *err)
{
	json_t *args = json_pack("{s:s, s:s}", "account", arg_text(c, "account"), "pasted", pasted);
	json_t *result = args ? client_ask(c, "account redeem", args, err) : NULL;
	int r = result ? 0 : -1;

	if (!args)
		r = fail(err, "found bytes that are no text, expected UTF-8");
	json_decref(result);
	json_decref(args);
	return r;
}

/* 0 and how it stands: 1 logged in, -1 failed with err, 0 not known yet. */
static int
look(const struct call *c, const json_t *args, struct err *err)
{
	json_t *result = client_ask(c, "account list", args, err);
	const json_t *account = json_array_get(list_of(result, "accounts"), 0);
	const char *login = text_of(account, "login");
	int r = 0;

	if (!result)
		r = -1;
	else if (!strcmp(login, "ok"))
		r = 1;
	else if (strcmp(login, "pending"))
		r = fail(err, "the login did not succeed: %s", text_of(account, "reason"));
	json_decref(result);
	return r;
}

int
act_login(struct call *c)
{
	char *pasted = NULL;
	size_t room = 0;
	ssize_t n;
	struct err err;
	int r = 0;

	if (show_consent(c, c->args, &err))
		return tell(c, &err);
	n = getline(&pasted, &room, stdin);
	while (n > 0 && strchr(" \t\r\n", pasted[n - 1]))
		pasted[--n] = '\0';
	if (n <= 0)
		r = fail(&err, "found nothing, expected the address that the browser shows");
	else
		r = send_pasted(c, pasted, &err);
	free(pasted);
	for (int i = 0; !r && i < POLLS; i++) {
		if (i)
			usleep(POLL_MS * 1000);
		r = look(c, c->args, &err);
	}
	if (r < 0)
		return tell(c, &err);
	puts(r ? say(c->lang, "Logged in.") : say(c->lang, "Not known yet; see: supercargo account list"));
	return r ? 0 : 1;
}
