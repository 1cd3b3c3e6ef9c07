"""Timer functions that show one behaviour each."""

import azure.functions as func

app = func.FunctionApp()
fired: list[tuple[str, bool]] = []


@app.timer_trigger(arg_name="timer", schedule="0 0 * * * *")
def hourly(timer: func.TimerRequest) -> None:
    fired.append(("hourly", timer.past_due))


@app.timer_trigger(arg_name="timer", schedule="%NIGHTLY%")
async def nightly(timer: func.TimerRequest) -> None:
    fired.append(("nightly", timer.past_due))
    raise RuntimeError("the schedule goes on")


@app.timer_trigger(arg_name="timer", schedule="00:30:00", use_monitor=False)
def each_half_hour(timer: func.TimerRequest) -> None:
    fired.append(("half", timer.past_due))


@app.timer_trigger(arg_name="timer", schedule="0 0 0 29 2 *", run_on_startup=True)
def leap_day(timer: func.TimerRequest) -> None:
    fired.append(("leap", timer.past_due))
