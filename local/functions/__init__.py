"""The local Azure Functions host: serves an app's `function_app.py` on one machine, without Core Tools.

It loads the app as the Python worker does, feeds its functions through the official `azure.functions` converters,
and speaks the out-of-process protocol of the Durable Functions extension 1.x to `azure-functions-durable`.
A development host: production is Azure Functions with the Durable extension.
"""
