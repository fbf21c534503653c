#include "../test.h"

#include "base/xml.h"

static void
test_finds_elements_by_local_name(void **state)
{
	const char *s = "<?xml version=\"1.0\"?><s:Env "
			"xmlns:s=\"urn:x\"><s:Item><Id>1</Id><Text>a<![CDATA[<b>]]> &amp; c</Text></s:Item>"
			"<!-- x --><s:Item><Id>2</Id><Empty/></s:Item></s:Env>";
	struct arena *a = arena_new();
	struct xml *x = xml_read(s, strlen(s), NULL);
	const struct xml_node *item;

	(void)state;
	assert_non_null(x);
	assert_string_equal(xml_name(xml_root(x)), "Env");
	item = xml_child(xml_root(x), "Item");
	assert_string_equal(xml_text(a, item, "Id"), "1");
	assert_string_equal(xml_text(a, item, "Text"), "a<b> & c");
	item = xml_next(item, "Item");
	assert_string_equal(xml_text(a, item, "Id"), "2");
	assert_null(xml_text(a, item, "Empty"));
	assert_null(xml_text(a, item, "None"));
	assert_null(xml_next(item, "Item"));
	assert_null(xml_child(NULL, "x"));
	assert_null(xml_text(a, NULL, "x"));
	xml_free(x);
	arena_free(a);
}

static void
test_attributes_and_elements(void **state)
{
	const char *s = "<a x=\"1 &amp; 2\" y=\"\" p:z=\"3\" xmlns:p=\"urn:p\">t<!-- c --><b/>u<c>v</c></a>";
	struct arena *a = arena_new();
	struct xml *x = xml_read(s, strlen(s), NULL);
	const struct xml_node *root = xml_root(x), *b = xml_element(root), *c = xml_next_element(b);

	(void)state;
	assert_string_equal(xml_attribute(a, root, "x"), "1 & 2");
	assert_string_equal(xml_attribute(a, root, "y"), "");
	assert_null(xml_attribute(a, root, "z"));
	assert_null(xml_attribute(a, b, "x"));
	assert_string_equal(xml_name(b), "b");
	assert_string_equal(xml_name(c), "c");
	assert_null(xml_element(c));
	assert_null(xml_next_element(c));
	xml_free(x);
	arena_free(a);
}

static void
test_refuses_doctypes_and_damage(void **state)
{
	static const char *const rows[] = {
		"",
		"not xml",
		"<a><b></a>",
		"<a>",
		"<a>\xff</a>",
		"<a/><b/>",
		"<a>&undeclared;</a>",
		"<?xml version=\"1.0\" encoding=\"no-such\"?><a>\xe4</a>",
		"<!DOCTYPE a><a/>",
		"<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><a/>",
		"<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>",
		"<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1:9/x\"> %p;]><a/>",
		"<!DOCTYPE a [<!ENTITY a \"aaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">]><a>&b;&b;&b;&b;</a>",
	};
	struct err e;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		e.text[0] = '\0';
		assert_null(xml_read(rows[i], strlen(rows[i]), &e));
		assert_int_equal(strncmp(e.text, "not ", 4), 0);
		assert_int_equal(strstr(e.text, "DOCTYPE") != NULL, strstr(rows[i], "DOCTYPE") != NULL);
	}
}

static void
test_refuses_deep_nesting(void **state)
{
	struct buf b = BUF_MAX(1 << 20);

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_put(&b, "<a>");
	for (int i = 0; i < 5000; i++)
		buf_put(&b, "</a>");
	assert_null(xml_read(b.data, b.len, NULL));
	buf_free(&b);
}

static void
test_escape(void **state)
{
	struct buf b = BUF_MAX(200), doc = BUF_MAX(300);
	struct arena *a = arena_new();
	struct xml *x;

	(void)state;
	assert_int_equal(xml_escape(&b, "<&>\"'\r\n\t\x01\xff\xef\xbf\xbf\xe4\xb8\xad"), 0);
	assert_string_equal(
		buf_str(&b),
		"&lt;&amp;&gt;&quot;&apos;&#13;\n\t\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe4\xb8\xad");
	buf_fmt(&doc, "<a><b>%s</b></a>", buf_str(&b));
	x = xml_read(doc.data, doc.len, NULL);
	assert_string_equal(xml_text(a, xml_root(x), "b"),
			    "<&>\"'\r\n\t\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xe4\xb8\xad");
	xml_free(x);
	buf_free(&b);
	buf_free(&doc);
	arena_free(a);
}

static void
test_html_to_text(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},
		{"plain", "plain"},
		{"<p>Hello   <b>Ms</b>\n Mustermann,</p><p>where&nbsp;is it?</p>",
		 "Hello Ms Mustermann,\n\nwhere is it?"},
		{"a<br>b<br><br>c<br><br><br><br>d", "a\nb\n\nc\n\nd"},
		{"<head><title>t</title><style>p{}</style></head><body><script>x()</script>y<noscript>n</"
		 "noscript></body>",
		 "y"},
		{"<div style=\"DISPLAY : none\">preview</div><div>text</div>", "text"},
		{"<div style=\"display:block\">seen</div>", "seen"},
		{"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"},
		{"<ul><li>one<li>two</ul>", "one\ntwo"},
		{"z\xe2\x80\x8b"
		 "e\xef\xbb\xbfro &amp; &lt;b&gt; &#x4e2d;",
		 "zero & <b> \xe4\xb8\xad"},
		{"<meta charset=\"latin1\">\xe4\xb8\xad", "\xe4\xb8\xad"},
	};
	struct buf b = BUF_MAX(1000);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&b);
		assert_int_equal(html_to_text(&b, rows[i][0], strlen(rows[i][0])), 0);
		assert_string_equal(buf_str(&b), rows[i][1]);
	}
	buf_free(&b);
}

static void
test_html_deeper_than_the_parser_goes(void **state)
{
	struct buf html = BUF_MAX(1 << 20), b = BUF_MAX(1000), small = BUF_MAX(3);

	(void)state;
	buf_put(&html, "<style>p { color: red }</style>");
	for (int i = 0; i < 3000; i++)
		buf_put(&html, "<div>");
	buf_put(&html, "Where is my <b>order</b>?<br>Erika</div><script>bad()</script>");
	assert_int_equal(html_to_text(&b, html.data, html.len), 0);
	assert_string_equal(buf_str(&b), "Where is my order?\nErika");
	assert_int_equal(html_to_text(&small, "four", 4), -1);
	buf_free(&small);
	buf_free(&html);
	buf_free(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_elements_by_local_name),
		cmocka_unit_test(test_attributes_and_elements),
		cmocka_unit_test(test_refuses_doctypes_and_damage),
		cmocka_unit_test(test_refuses_deep_nesting),
		cmocka_unit_test(test_escape),
		cmocka_unit_test(test_html_to_text),
		cmocka_unit_test(test_html_deeper_than_the_parser_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
