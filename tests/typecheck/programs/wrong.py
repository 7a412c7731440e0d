"""A program with mistakes: type checkers find one in each line that is marked, and none elsewhere."""

import salon as gr

gr.Chatinterface(print)  # wrong: a misspelt name
gr.themes.Sotf()  # wrong: in a submodule, too
box = gr.Textbox(labell="Prompt")  # wrong: a misspelt argument
gr.Chatbot(layout="boxes")  # wrong: a value that there is not
box.clicked(print)  # wrong: text boxes have no such event
box.change(print, inputs="box")  # wrong: an input is a component
box.change(print, box, box, api_nam="length")  # wrong: a misspelt option of an event
box.change(print).then(print, shw_progress="full")  # wrong: and of what follows it
box.change(print).finally_(print)  # wrong: nothing follows so
gr.on(box.change, print, trigger_mode="never")  # wrong: a value that there is not
demo = gr.ChatInterface(print, textbox=gr.Slider())  # wrong: nobody can write in it
demo.lunch()  # wrong: a misspelt method
demo.launch(server_prt=7860)  # wrong: a misspelt setting
