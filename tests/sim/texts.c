#include "texts.h"

#include <stdio.h>
#include <string.h>

#define VARIANTS 3

static const char *const texts[TONGUES][SUBJECTS][VARIANTS] = {
	[DE] = {[WHERE] = {"Guten Tag, wo bleibt mein Paket? Ich warte schon seit einer Woche darauf.",
			   "Hallo, wann wird meine Bestellung geliefert? Bisher ist nichts da.",
			   "Hallo, wurde der Artikel schon verschickt? Mit freundlichen Grüßen"},
		[CANCEL] = {"Hallo, ich möchte meine Bestellung bitte stornieren.",
			    "Bitte stornieren Sie die Bestellung, ich habe mich verklickt.",
			    "Kann ich den Kauf noch stornieren? Danke und viele Grüße"},
		[SEND_BACK] = {"Guten Tag, ich möchte den Artikel gerne zurückgeben.",
			       "Wie kann ich die Ware zurückschicken? Sie gefällt mir leider nicht.",
			       "Hallo, ich würde den Artikel gern umtauschen. Wie geht das bei Ihnen?"},
		[SOMETHING_ELSE] = {"Gibt es den Kessel auch in einem dunklen Blau?",
				    "Passt der Deckel auch auf das ältere Modell von meiner Mutter?",
				    "Ist das Material für Kinder geeignet?"},
		[THANKS] = {"Vielen Dank für die schnelle Antwort!", "Alles klar, danke schön.",
			    "Super, dann warte ich noch ein paar Tage. Danke!"}},
	[EN] = {[WHERE] = {"Hello, where is my order? I have been waiting for a week now.",
			   "Hi, when will my package arrive? Nothing has come so far.",
			   "Has the item been shipped yet? Kind regards"},
		[CANCEL] = {"Hello, I would like to cancel my order please.",
			    "Please cancel the order, I clicked on the wrong one.",
			    "Can I still cancel this order? Thank you very much"},
		[SEND_BACK] = {"Good morning, I would like to return this item, how do I do that?",
			       "How can I send the item back? I want to return it.",
			       "Hello, I would like to exchange the item. How does that work?"},
		[SOMETHING_ELSE] = {"Does the kettle also come in a dark blue colour?",
				    "Would the lid fit the older model that my mother has?",
				    "Is the material suitable for children?"},
		[THANKS] = {"Thank you very much for the quick answer!", "All right then, thanks a lot.",
			    "Great, then I will wait for a few more days. Thanks!"}},
	[FR] = {[WHERE] = {"Bonjour, où est mon colis ? J'attends depuis une semaine déjà.",
			   "Bonjour, quand vais-je recevoir ma commande ? Je n'ai rien pour le moment.",
			   "Avez-vous expédié mon article ? Bien cordialement"},
		[CANCEL] = {"Bonjour, je voudrais annuler ma commande s'il vous plaît.",
			    "Merci d'annuler ma commande, je me suis trompé d'article.",
			    "Puis-je encore annuler cette commande ? Je vous remercie d'avance"},
		[SEND_BACK] = {"Bonjour, je souhaite retourner cet article, comment dois-je faire ?",
			       "Comment puis-je renvoyer l'article ? Il ne me plaît malheureusement pas.",
			       "Bonjour, je souhaite échanger cet article. Comment procéder ?"},
		[SOMETHING_ELSE] = {"La bouilloire existe-t-elle aussi en bleu foncé ?",
				    "Le couvercle va-t-il sur l'ancien modèle de ma mère ?",
				    "La matière convient-elle aux enfants ?"},
		[THANKS] = {"Merci beaucoup pour votre réponse rapide !", "Très bien, je vous remercie.",
			    "Parfait, je vais encore patienter quelques jours. Merci !"}},
	[IT] = {[WHERE] = {"Buongiorno, dov'è il mio ordine? Aspetto già da una settimana.",
			   "Salve, quando arriva il mio pacco? Non ho ancora ricevuto niente.",
			   "Avete già spedito il mio articolo? Cordiali saluti"},
		[CANCEL] = {"Buongiorno, vorrei annullare il mio ordine per favore.",
			    "Vi prego di annullare l'ordine, ho sbagliato articolo.",
			    "Posso ancora annullare questo ordine? Grazie mille"},
		[SEND_BACK] = {"Buongiorno, vorrei restituire questo articolo, come devo fare?",
			       "Come posso rimandare indietro la merce? Vorrei fare il reso.",
			       "Salve, vorrei cambiare l'articolo. Come funziona?"},
		[SOMETHING_ELSE] = {"Il bollitore esiste anche in blu scuro?",
				    "Il coperchio va bene anche per il vecchio modello di mia madre?",
				    "Il materiale è adatto ai bambini?"},
		[THANKS] = {"Grazie mille per la risposta veloce!", "Va bene, grazie tante.",
			    "Perfetto, allora aspetto ancora qualche giorno. Grazie!"}},
	[ES] = {[WHERE] = {"Buenos días, ¿dónde está mi pedido? Llevo una semana esperando.",
			   "Hola, ¿cuándo llega mi paquete? Todavía no he recibido nada.",
			   "¿Han enviado ya mi artículo? Un saludo cordial"},
		[CANCEL] = {"Buenos días, quiero cancelar mi pedido por favor.",
			    "Por favor, cancelen el pedido, me he equivocado de artículo.",
			    "¿Puedo cancelar todavía este pedido? Muchas gracias"},
		[SEND_BACK] = {"Buenos días, quiero devolver este artículo, ¿qué tengo que hacer?",
			       "¿Cómo puedo devolver el producto? No me gusta mucho.",
			       "Hola, quisiera cambiar el artículo. ¿Cómo se hace?"},
		[SOMETHING_ELSE] = {"¿El hervidor existe también en azul oscuro?",
				    "¿La tapa sirve para el modelo antiguo de mi madre?",
				    "¿El material es adecuado para niños?"},
		[THANKS] = {"¡Muchas gracias por la respuesta tan rápida!", "De acuerdo, muchas gracias.",
			    "Perfecto, entonces espero unos días más. ¡Gracias!"}},
	[JA] = {[WHERE] = {"こんにちは。注文した商品はいつ届きますか。一週間待っています。",
			   "荷物はいつ発送されますか。まだ届いていません。",
			   "お世話になっております。商品の発送状況を教えてください。"},
		[CANCEL] = {"こんにちは。注文をキャンセルしたいのですが。",
			    "間違えて購入したので、注文をキャンセルしてください。",
			    "この注文はまだキャンセルできますか。よろしくお願いします。"},
		[SEND_BACK] = {"商品を返品したいのですが、どうすればよいですか。",
			       "返品の方法を教えてください。よろしくお願いします。",
			       "こんにちは。商品を交換していただきたいのですが。"},
		[SOMETHING_ELSE] = {"このやかんは紺色もありますか。", "このふたは母の古い型にも合いますか。",
				    "素材は子供にも安全ですか。"},
		[THANKS] = {"早速のお返事ありがとうございます。", "わかりました。ありがとうございました。",
			    "それではもう数日待ってみます。ありがとうございます。"}},
	[AR] = {[WHERE] = {"مرحبا، أين طلبي؟ أنا أنتظر منذ أسبوع كامل.",
			   "السلام عليكم، متى يصل الطرد؟ لم يصلني شيء حتى الآن.",
			   "مرحبا، هل تم شحن الطلب؟ مع أطيب التحيات"},
		[CANCEL] = {"مرحبا، أريد إلغاء الطلب من فضلك.", "الرجاء إلغاء الطلب، لقد اخترت المنتج الخطأ.",
			    "هل يمكنني إلغاء الطلب الآن؟ شكرا جزيلا"},
		[SEND_BACK] = {"مرحبا، أريد إرجاع المنتج، ماذا أفعل؟", "كيف يمكنني إرجاع المنتج؟ لم يعجبني.",
			       "مرحبا، أريد استبدال المنتج. كيف يتم ذلك؟"},
		[SOMETHING_ELSE] = {"هل يوجد الغلاية باللون الأزرق الداكن أيضا؟",
				    "هل يناسب الغطاء الطراز القديم الذي لدى والدتي؟",
				    "هل المادة مناسبة للأطفال؟"},
		[THANKS] = {"شكرا جزيلا على الرد السريع!", "حسنا، شكرا لكم.",
			    "ممتاز، سأنتظر بضعة أيام أخرى. شكرا!"}},
	[ZH] = {[WHERE] = {"你好，我的包裹什么时候到？我已经等了一个星期了。",
			   "请问我的订单什么时候发货？到现在还没有消息。", "您好，我的快递到哪里了？谢谢。"},
		[CANCEL] = {"你好，我想取消订单。", "请帮我取消订单，我买错了商品。",
			    "请问这个订单还可以取消吗？谢谢。"},
		[SEND_BACK] = {"你好，我想退货，应该怎么办理？", "请问怎么退货？我不太喜欢这个商品。",
			       "您好，我想换货，请问怎么操作？"},
		[SOMETHING_ELSE] = {"请问这个水壶有深蓝色的吗？", "这个盖子适合我妈妈的旧型号吗？",
				    "请问这个材料适合儿童使用吗？"},
		[THANKS] = {"非常感谢您这么快回复！", "好的，谢谢您。", "好的，那我再等几天，谢谢！"}},
};

const char *
text_of_buyer(struct luck *l, enum tongue t, enum subject s)
{
	return texts[t][s][luck_below(l, VARIANTS)];
}

const char *
name_of_buyer(enum tongue t)
{
	static const char *const names[TONGUES] = {
		[DE] = "Erika Mustermann", [EN] = "Jane Example", [FR] = "Jeanne Exemple",
		[IT] = "Mario Esempio",    [ES] = "Juan Ejemplo", [JA] = "例 花子",
		[AR] = "مثال محمد",        [ZH] = "例 小明"};

	return names[t];
}

const char *
country_of_buyer(enum tongue t)
{
	static const char *const countries[TONGUES] = {"DE", "US", "FR", "IT", "ES", "JP", "AE", "CN"};

	return countries[t];
}

const char *
hostile_text(struct luck *l, char *space, size_t n)
{
	static const char *const short_ones[] = {
		"Where is my order {name}? {tracking} {order, plural, other {#}}",
		"Where is my order?\x01\x02\x1b[31m It should be \x07 here.",
		"Where is my \xe2\x80\xae"
		"redro\xe2\x80\xac"
		" order \xe2\x81\xa6?\xe2\x81\xa9",
		"Where is my order? <script>alert(1)</script> &lt;b&gt; \" ' ; DROP TABLE message; --",
		"%s %n %d where is my order %%",
	};
	const int64_t which = luck_below(l, 6);
	size_t len = 0;

	if (which < 5)
		return short_ones[which];
	while (len + 24 < n && len < 1980)
		len += (size_t)snprintf(space + len, n - len, "Where is my order? ");
	return space;
}

const char *
absence_text(enum tongue t)
{
	return t == DE ? "Automatische Antwort: Ich bin bis Montag nicht im Büro und lese keine Nachrichten."
		       : "Automatic reply: I am out of the office until Monday and do not read messages.";
}

const char *
robot_text(struct luck *l, char *space, size_t n)
{
	snprintf(space, n, "Where is my order? Ticket %lld was opened. We are waiting for your answer.",
		 (long long)luck_below(l, 900) + 100);
	return space;
}

const char *
platform_text(struct luck *l)
{
	static const char *const notes[] = {
		"Your monthly invoice is ready. Where is my order? See the help pages.",
		"An item of yours was sold.", "Our user agreement changes soon."};

	return notes[luck_below(l, 3)];
}
