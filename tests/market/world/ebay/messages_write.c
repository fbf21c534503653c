/* messages_write.c - the Message API: sending, marking. */
#include <string.h>

#include "base/text.h"
#include "call.h"
#include "messages.h"

#define TEXT_MAX  2000 /* "characters": counted in UTF-16 units, the strictest reading */
#define MEDIA_MAX 5
#define BULK_MAX  10

static int
check_media(const json_t *list)
{
	static const char *const types[] = {"IMAGE", "PDF", "DOC", "TXT", NULL};
	size_t i;
	json_t *m;

	if (json_array_size(list) > MEDIA_MAX)
		return 355010;
	json_array_foreach(list, i, m) {
		if (!*text_of(m, "mediaName") || !*text_of(m, "mediaType") || !*text_of(m, "mediaUrl"))
			return 355012;
		if (!one_of(text_of(m, "mediaType"), types))
			return 355011;
		if (strncmp(text_of(m, "mediaUrl"), "https://", 8))
			return 355014;
	}
	return 0;
}

static int
check_reference(struct ebay *e, const json_t *reference, struct listing **listing)
{
	if (!reference)
		return 0;
	if (!*text_of(reference, "referenceType") || !*text_of(reference, "referenceId"))
		return 355021;
	if (strcmp(text_of(reference, "referenceType"), "LISTING"))
		return 355003;
	if (!all_digits(text_of(reference, "referenceId")))
		return 355016;
	return (*listing = find_listing(e, text_of(reference, "referenceId"))) ? 0 : 355020;
}

/* Finds or opens the conversation.  0 or the error id. */
static int
addressed(struct call *c, const json_t *root, struct conversation **cv)
{
	struct listing *listing = NULL;
	struct buyer *b;
	int bad;

	if ((bad = check_reference(c->e, json_object_get(root, "reference"), &listing)))
		return bad;
	if (*text_of(root, "conversationId")) {
		*cv = find_conversation(c->e, text_of(root, "conversationId"));
		return *cv && (*cv)->buyer ? 0 : 355007; /* nobody answers eBay's own notes */
	}
	if (!*text_of(root, "otherPartyUsername"))
		return 355018;
	if (!(b = find_buyer(c->e, text_of(root, "otherPartyUsername"))))
		return 355006;
	if (!(*cv = find_conversation_about(c->e, b, listing)))
		*cv = open_conversation(c->e, b, listing, c->now);
	return 0;
}

void
messages_send(struct call *c)
{
	json_t *root = body_json(c), *media, *m;
	const char *text;
	struct conversation *cv = NULL;
	struct message *sent;
	size_t i;
	int bad;

	if (!root)
		return;
	text = text_of(root, "messageText");
	media = json_object_get(root, "messageMedia");
	if (!*text && !json_array_size(media))
		bad = 355015;
	else if (utf16_length(text) > TEXT_MAX)
		bad = 355013;
	else if (!(bad = check_media(media)))
		bad = addressed(c, root, &cv);
	if (bad) {
		rest_error(c, bad);
		goto out;
	}
	sent = add_message(c->e, cv, FROM_SELLER, VIA_REST, text, c->now);
	sent->visible += c->e->hide_sent;
	json_array_foreach(media, i, m)
		add_media(sent, text_of(m, "mediaName"), text_of(m, "mediaType"), text_of(m, "mediaUrl"));
	json_answer(c, 201, message_json(c->e, cv, sent, "senderUserName", "recipientUserName"));
out:
	json_decref(root);
}

static void
mark(struct conversation *cv, int read)
{
	for (size_t i = 0; i < cv->n_messages; i++)
		if (cv->messages[i]->from != FROM_SELLER)
			cv->messages[i]->read = read;
}

/* One conversation's new status.  0 or the error id. */
static int
update(struct ebay *e, const json_t *wish, int bulk)
{
	static const char *const statuses[] = {"ACTIVE", "ARCHIVE", "DELETE", NULL};
	struct conversation *cv = find_conversation(e, text_of(wish, "conversationId"));
	const json_t *read = json_object_get(wish, "read");
	const char *status = text_of(wish, "conversationStatus");

	if (!type_known(text_of(wish, "conversationType")))
		return 355002;
	if (!cv || strcmp(text_of(wish, "conversationType"), type_of(cv)))
		return 355007;
	cv->edition++;
	if (!bulk && json_is_boolean(read)) {
		mark(cv, json_is_true(read)); /* then the status is ignored */
		return 0;
	}
	if (bulk && (!strcmp(status, "READ") || !strcmp(status, "UNREAD"))) {
		mark(cv, !strcmp(status, "READ"));
		return 0;
	}
	if (!one_of(status, statuses))
		return 355001;
	for (size_t i = 0; i < 3; i++)
		if (!strcmp(status, statuses[i]))
			cv->status = statuses[i];
	return 0;
}

void
messages_update(struct call *c)
{
	json_t *root = body_json(c);
	int bad;

	if (!root)
		return;
	if ((bad = update(c->e, root, 0)))
		rest_error(c, bad);
	else
		c->rs->status = 204;
	json_decref(root);
}

void
messages_update_many(struct call *c)
{
	json_t *root = body_json(c), *wishes, *wish, *done;
	size_t i;
	int good = 0;

	if (!root)
		return;
	wishes = json_object_get(root, "conversations");
	if (!json_array_size(wishes)) {
		rest_error(c, 355007);
		goto out;
	}
	if (json_array_size(wishes) > BULK_MAX) {
		rest_error(c, 355019);
		goto out;
	}
	done = json_array();
	json_array_foreach(wishes, i, wish) {
		int bad = update(c->e, wish, 1);

		good += !bad;
		json_array_append_new(done, json_pack("{s:s,s:s}", "conversationId",
						      text_of(wish, "conversationId"), "updateStatus",
						      bad ? "FAILURE" : "SUCCESS"));
	}
	json_answer(c, 200,
		    json_pack("{s:{s:i,s:i,s:i},s:o}", "conversationsMetadata", "totalConversationsCount",
			      (int)json_array_size(wishes), "updateSuccessCount", good, "updateFailureCount",
			      (int)json_array_size(wishes) - good, "conversationsResponse", done));
out:
	json_decref(root);
}
