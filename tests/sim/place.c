#include "place.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world.h"

static const char rules[] =
	"[rule \"where is my order\"]\non = message.received\nintent = order_status_where_is_my_order "
	"not_received\nfulfilment "
	"= shipped partial\n"
	"action = reply\ntemplate = post_where_is_order\n"
	"[rule \"not shipped yet\"]\non = message.received\nintent = order_status_where_is_my_order "
	"not_received\nfulfilment = "
	"open\n"
	"action = reply\ntemplate = post_not_shipped_yet\n"
	"[rule \"cancel too late\"]\non = message.received\nintent = cancel_order\nfulfilment = shipped "
	"partial\n"
	"action = reply\ntemplate = post_cancel_too_late\ndelay = 5m\nquiet = 22:00-08:00\n"
	"[rule \"return\"]\non = message.received\nintent = return_or_exchange\naction = reply\n"
	"template = post_return_instructions\nmode = approve\n"
	"fallback = reply post_complaint_holding\nfallback_before = 23h\n"
	"[rule \"accept returns\"]\non = dispute.opened\ndispute = return\nreason = DEFECTIVE_ITEM "
	"ARRIVED_DAMAGED NOT_AS_DESCRIBED\n"
	"action = accept\ntemplate = post_dispute_accept\nmode = auto\n"
	"[rule \"pay returns\"]\non = dispute.due\ndispute = return\ndue = SELLER_ISSUE_REFUND\naction = "
	"refund\namount = all\n"
	"template = post_dispute_accept\nmode = auto\n"
	"[rule \"other returns\"]\non = dispute.opened\ndispute = return\nreason = "
	"NO_LONGER_NEED_ITEM WRONG_SIZE\naction = message\n"
	"template = post_dispute_opened_reply\nmode = approve\nfallback = accept\nfallback_before = 30d\n"
	"[rule \"tracking\"]\non = dispute.opened\ndispute = inquiry\nfulfilment = shipped\naction = "
	"tracking\n"
	"template = post_dispute_evidence\nmode = auto\n"
	"[rule \"too late to cancel\"]\non = dispute.opened\ndispute = cancellation\nfulfilment = "
	"shipped\naction = decline\n"
	"[rule \"cancel what costs little\"]\non = dispute.opened\ndispute = cancellation\nfulfilment = "
	"open\n"
	"up_to = 100.00 " LIMITS_IN "\naction = accept\nmode = approve\nfallback = accept\n"
	"fallback_before = 30d\nfallback_up_to = " FALLBACK_TEXT " " LIMITS_IN "\n"
	"[rule \"cancel\"]\non = dispute.opened\ndispute = cancellation\nfulfilment = open\naction = accept\n"
	"[rule \"contest\"]\non = dispute.opened\ndispute = chargeback\naction = contest\ntemplate = "
	"post_dispute_evidence\nmode = approve\n"
	"[rule \"answer criticism\"]\non = feedback.received\nrating = negative neutral\naction = reply\n"
	"template = post_feedback_public_reply\nmode = auto\n";

/* Each kind of message with a time of its own until it is answered (rush.h). */
static const char rush_rules[] =
	"[rule \"where is my order\"]\non = message.received\nintent = order_status_where_is_my_order "
	"not_received\nfulfilment = shipped partial\n"
	"action = reply\ntemplate = post_where_is_order\nmode = auto\n"
	"[rule \"not shipped yet\"]\non = message.received\nintent = order_status_where_is_my_order "
	"not_received\nfulfilment = open\n"
	"action = reply\ntemplate = post_not_shipped_yet\nmode = auto\ndelay = 15m\n";
static const char *const rush_within[SELLERS] = {"40m", "3h", "8h"};

static void
write_file(const char *name, const char *text)
{
	FILE *f = fopen(name, "w");

	if (!f || fputs(text, f) < 0 || fclose(f)) {
		perror(name);
		exit(1);
	}
	chmod(name, 0600);
}

void
place_make(struct place *s, const char *folder, int rush)
{
	struct buf text = BUF_MAX(64 << 10);

	snprintf(s->folder, sizeof s->folder, "%s", folder);
	snprintf(s->conf, sizeof s->conf, "%s/supercargo.conf", folder);
	snprintf(s->store, sizeof s->store, "%s/supercargo.db", folder);
	snprintf(s->log, sizeof s->log, "%s/log", folder);
	if (mkdir(folder, 0700)) {
		perror(folder);
		exit(1);
	}
	buf_fmt(&text,
		"[service]\nstate = \"%s\"\nsocket = \"%s/socket\"\nkey_file = \"%s/key\"\ntemplates = "
		"\"%s/templates\"\nundo = 30s\n",
		s->store, folder, folder, folder);
	buf_put(&text, "[application \"shop-app\"]\nplatform = ebay\nclient_id = "
		       "ExampleClientId\nclient_secret = ExampleClientSecret\n"
		       "redirect = Example_Seller-Example-RuName\nscopes = full\n");
	for (int i = 0; i < SELLERS; i++) {
		buf_fmt(&text,
			"[account \"shop-%d\"]\nplatform = ebay\napplication = shop-app\nshop = \"Example "
			"Shop\"\nzone = Asia/Shanghai\nhours = mon-fri 09:00-18:00\n"
			"endpoint = \"http://127.0.0.1:%d\"\nhistory = 30d\nlanguage = en\ndaily_cap = "
			"500\nrefund_per_order = %d.00 " LIMITS_IN "\nrefund_per_buyer = %d.00 " LIMITS_IN
			"\nrefund_per_day = %d.00 " LIMITS_IN "\n"
			"return_address = \"Example Seller | Example Street 1 | Exampleton | | 00000 | DE | "
			"0000000000\"\n",
			i + 1, FIRST_PORT + i, REFUND_PER_ORDER / 100, REFUND_PER_BUYER / 100,
			REFUND_PER_DAY / 100);
		if (rush) /* so that the earliest to come is not the earliest to leave */
			buf_fmt(&text, "answer_within = %s\nbuyer_cap = 100\nconversation_cap = 10\n",
				rush_within[i]);
	}
	buf_put(&text, rush ? rush_rules : rules);
	write_file(s->conf, buf_str(&text));
	buf_free(&text);
}

void
place_tell(const struct place *s, FILE *out)
{
	char bytes[8192];
	FILE *f = fopen(s->log, "r");
	size_t n;

	if (!f)
		return;
	if (fseek(f, -(long)sizeof bytes, SEEK_END))
		rewind(f);
	n = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	fwrite(bytes, 1, n, out);
}

void
place_remove(const struct place *s)
{
	char name[512];
	struct dirent *e;
	DIR *d = opendir(s->folder);

	while (d && (e = readdir(d))) {
		snprintf(name, sizeof name, "%s/%s", s->folder, e->d_name);
		if (*e->d_name != '.')
			unlink(name);
	}
	if (d)
		closedir(d);
	rmdir(s->folder);
}
