/* trading_write.c - AddMemberMessageRTQ. */
#include <string.h>

#include "base/text.h"
#include "trading.h"

#define TEXT_MAX 2000

struct parent {
	const char *id;
	struct conversation *cv;
};

static void
find_parent(struct trading *t, const struct conversation *cv, const struct message *m, void *with)
{
	struct parent *p = with;

	if (m->from == FROM_BUYER && !strcmp(p->id, trading_message_id(t, m)))
		p->cv = find_conversation(t->c->e, cv->id);
}

/* An InvocationID that was executed before?  Then it is refused, and nothing is done. */
static int
invoked_before(struct trading *t)
{
	const char *id = trading_field(t, "InvocationID");
	struct ebay *e = t->c->e;

	for (size_t i = 0; *id && i < e->n_invocations; i++)
		if (!strcmp(e->invocations[i], id)) {
			trading_refuse(t, "0", "The InvocationID was used before.",
				       arena_fmt(t->arena,
						 "<DuplicateInvocationDetails><DuplicateInvocationID>%s</"
						 "DuplicateInvocationID>"
						 "<Status>Success</Status><InvocationTrackingID>%zu</"
						 "InvocationTrackingID>"
						 "</DuplicateInvocationDetails>",
						 e->invocations[i], i));
			return 1;
		}
	return 0;
}

void
trading_reply(struct trading *t)
{
	const struct xml_node *mm = xml_child(t->root, "MemberMessage");
	const char *body = xml_text(t->arena, mm, "Body"), *recipient = xml_text(t->arena, mm, "RecipientID");
	const char *parent_id = xml_text(t->arena, mm, "ParentMessageID"),
		   *invocation = trading_field(t, "InvocationID");
	struct parent p = {.id = parent_id ? parent_id : ""};
	struct ebay *e = t->c->e;

	if (invoked_before(t))
		return;
	trading_each(t, find_parent, &p);
	if (!recipient)
		trading_refuse(t, "17443", "RecipientID is missing in the request.", "");
	else if (!body)
		trading_refuse(t, "37", "Body is missing.", "");
	else if (utf16_length(body) > TEXT_MAX)
		trading_refuse(t, "37", "Body exceeds 2000 characters.", "");
	else if (strchr(body, '<'))
		trading_refuse(t, "37", "Body contains HTML.", "");
	else if (*invocation &&
		 (strlen(invocation) != 32 || strspn(invocation, "0123456789abcdefABCDEF") != 32))
		trading_refuse(t, "37", "InvocationID is not 32 hexadecimal digits.", "");
	else if (!p.cv || strcmp(p.cv->buyer->username, recipient))
		trading_refuse(t, "37", "ParentMessageID is no question of this RecipientID.", "");
	else if (*trading_field(t, "ItemID") &&
		 (!p.cv->listing || strcmp(p.cv->listing->item, trading_field(t, "ItemID"))))
		trading_refuse(t, "37", "ItemID is not the question's.", "");
	else {
		if (*invocation)
			*GROW(e->invocations, e->n_invocations) = must_strdup(invocation);
		add_message(e, p.cv, FROM_SELLER, VIA_TRADING, body, t->c->now)->visible += e->hide_sent;
		trading_head(t, "Success");
		trading_version(t);
		trading_tail(t);
	}
}
