"""The author's own texts in the reader's language; the page itself speaks English and Chinese."""

import salon as gr

i18n = gr.I18n(
    en={"title": "Greeter", "hint": "Your name", "about": "I greet *everybody*.", "example": "Ann"},
    zh={"title": "迎宾", "hint": "您的名字", "about": "我向*每个人*问好。", "example": "小安"},
)


def reply(message, history, request: gr.Request):
    """Greet in the language that the browser asks for."""
    is_chinese = request.headers.get("accept-language", "").startswith("zh")
    return f"你好，{message}！" if is_chinese else f"Hello {message}!"


demo = gr.ChatInterface(
    reply,
    title=i18n("title"),
    description=i18n("about"),
    textbox=gr.Textbox(placeholder=i18n("hint")),
    examples=[i18n("example")],
)

if __name__ == "__main__":
    demo.launch(i18n=i18n)
