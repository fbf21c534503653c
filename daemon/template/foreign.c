/* foreign.c - placeholders as other programs write them. */
#include <ctype.h>
#include <string.h>

#include "csv.h"
#include "daemon/conf/conf.h"
#include "daemon/outbox/variables.h"

static const struct {
	const char *open, *close, *between; /* what may stand inside beside letters, digits and _ */
} forms[] = {{"{{", "}}", " -."}, {"#{", "}", " -."}, {"${", "}", " -."},
	     {"%", "%", ""},      {"[", "]", " -."},  {"<", ">", " -."}};

/* The name before `close`, in our spelling ("Order ID" is order_id), and how many bytes it takes with that; 0: it is none ("[1]"). */
static size_t
name_of(const char *s, const char *close, const char *between, char name[64])
{
	const char *end = strstr(s, close);
	size_t n = 0;

	if (!end || end - s > 60 || (*close != '}' && !isalpha((unsigned char)*s))) /* "a < b > c" is none */
		return 0;
	for (const char *p = s; p < end; p++) {
		if (isalnum((unsigned char)*p) || *p == '_')
			name[n++] = (char)tolower((unsigned char)*p);
		else if (strchr(between, *p))
			name[n++] = '_';
		else
			return 0;
	}
	while (n && name[n - 1] == '_')
		n--;
	name[n] = '\0';
	memmove(name, name + strspn(name, "_"), n + 1 - strspn(name, "_"));
	return isalpha((unsigned char)*name) ? (size_t)(end - s) + strlen(close) : 0;
}

int
foreign_placeholder(const char *text, size_t *start, size_t *len, char name[64])
{
	int depth = 0; /* inside braces {{name}} is our own syntax: {has_name, select, yes{{name}} other{}} */

	for (const char *s = text; *s; s++) {
		for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
			const size_t open = strlen(forms[i].open);
			size_t n;

			if (strncmp(s, forms[i].open, open) != 0 || (depth && strchr(forms[i].open, '{')) ||
			    !(n = name_of(s + open, forms[i].close, forms[i].between, name)))
				continue;
			*start = (size_t)(s - text);
			*len = open + n;
			return 1;
		}
		depth += (*s == '{') - (*s == '}' && depth);
	}
	return 0;
}

const char *
foreign_meaning(const char *name)
{
	static const struct {
		const char *theirs, *ours;
	} words[] = {
		{"buyer", "buyer_name"},
		{"buyername", "buyer_name"},
		{"buyer_first_name", "buyer_name"},
		{"customer", "buyer_name"},
		{"customer_name", "buyer_name"},
		{"first_name", "buyer_name"},
		{"firstname", "buyer_name"},
		{"full_name", "buyer_name"},
		{"name", "buyer_name"},
		{"recipient", "buyer_name"},
		{"recipient_name", "buyer_name"},
		{"order", "order_id"},
		{"order_no", "order_id"},
		{"order_nr", "order_id"},
		{"order_number", "order_id"},
		{"ordernumber", "order_id"},
		{"order_num", "order_id"},
		{"purchase_id", "order_id"},
		{"item", "item_title"},
		{"item_name", "item_title"},
		{"product", "item_title"},
		{"product_name", "item_title"},
		{"product_title", "item_title"},
		{"title", "item_title"},
		{"products", "items"},
		{"item_list", "items"},
		{"quantity", "item_count"},
		{"qty", "item_count"},
		{"amount", "total"},
		{"order_total", "total"},
		{"total_price", "total"},
		{"purchase_date", "order_date"},
		{"courier", "carrier"},
		{"shipping_carrier", "carrier"},
		{"shipping_company", "carrier"},
		{"logistics", "carrier"},
		{"tracking", "tracking_number"},
		{"tracking_no", "tracking_number"},
		{"tracking_id", "tracking_number"},
		{"tracking_code", "tracking_number"},
		{"trackingnumber", "tracking_number"},
		{"shipping_date", "ship_date"},
		{"shipped_date", "ship_date"},
		{"dispatch_date", "ship_date"},
		{"delivery_date", "eta_to"},
		{"estimated_delivery", "eta_to"},
		{"seller", "seller_name"},
		{"shop", "seller_name"},
		{"shop_name", "seller_name"},
		{"store", "seller_name"},
		{"store_name", "seller_name"},
		{"company", "seller_name"},
		{"marketplace", "platform_name"},
		{"platform", "platform_name"},
		{"refund", "refund_amount"},
		{"case", "case_id"},
	};
	const char *names[VARIABLES_MAX + 1];
	int n = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i].theirs, name))
			return words[i].ours;
	for (const struct variable *v = variables_known(); v->name && n < VARIABLES_MAX; v++)
		names[n++] = v->name;
	names[n] = NULL;
	return conf_nearest(name, names);
}
