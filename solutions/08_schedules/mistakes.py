"""Wrong answers that students give in unit 08, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

DEGREES = "The cosine was given degrees. It expects radians: half a wave ends at π, not at 180."
FULL_WAVE = "The cosine runs through a whole wave: the rate comes back up at the end. Half a wave ends at π."

# ---- step_decay

edited(
    "step_smooth",
    "step_decay",
    old="t // step_size",
    new="t / step_size",
    says="Your rate falls a little at every step. It should stay constant for step_size steps: round "
    "the number of cuts down.",
)
edited(
    "step_one_early",
    "step_decay",
    old="(t // step_size)",
    new="((t + 1) // step_size)",
    says="The cuts come one step early. Steps count from 0, so the first cut is at t = step_size.",
)
edited(
    "step_one_late",
    "step_decay",
    old="(t // step_size)",
    new="(max(t - 1, 0) // step_size)",
    says="The cuts come one step late: the first is at t = step_size.",
)
edited(
    "step_every_step",
    "step_decay",
    old="(t // step_size)",
    new="t",
    says="The rate is cut at every step. It is cut once in step_size steps.",
)
edited(
    "step_linear",
    "step_decay",
    old="gamma ** (t // step_size)",
    new="(1 - (1 - gamma) * (t // step_size))",
    says="You take away the same amount at each cut. The rate is multiplied by γ, so the cuts get "
    "smaller.",
)
edited(
    "step_once",
    "step_decay",
    old="gamma ** (t // step_size)",
    new="(gamma if t >= step_size else 1)",
    says="The rate is cut only once. Every step_size steps it is cut again.",
)
edited(
    "step_divides",
    "step_decay",
    old="lr0 * gamma",
    new="lr0 / gamma",
    says="You divide by γ, so the rate grows. γ is below 1 and multiplies.",
)

# ---- cosine

edited("cosine_degrees", "cosine", old="math.pi * t / T", new="180 * t / T", says=DEGREES)
edited("cosine_full_wave", "cosine", old="math.pi * t", new="2 * math.pi * t", says=FULL_WAVE)
edited(
    "cosine_no_half",
    "cosine",
    old="0.5 * (lr_max",
    new="(lr_max",
    says="The ½ is missing. 1 + cos goes up to 2, so the rate starts twice too high above lr_min.",
)
edited(
    "cosine_minus",
    "cosine",
    old="1 + math.cos",
    new="1 - math.cos",
    says="The wave is upside down: the rate starts at lr_min and rises.",
)
edited(
    "cosine_height",
    "cosine",
    old="(lr_max - lr_min)",
    new="lr_max",
    says="The height of the wave is lr_max, on top of lr_min: the start is too high. It should be the "
    "difference.",
)
edited(
    "cosine_no_floor",
    "cosine",
    old="lr_min + 0.5",
    new="0.5",
    says="lr_min was not added: the wave should stand on it.",
)
edited(
    "cosine_last_step",
    "cosine",
    old="t / T",
    new="t / (T - 1)",
    says="Your wave ends at t = T − 1. Here lr_min is reached at t = T.",
)
edited(
    "cosine_one_ahead",
    "cosine",
    old="math.pi * t / T",
    new="math.pi * (t + 1) / T",
    says="Your clock is one step ahead. At t = 0 the rate is lr_max.",
)
edited(
    "cosine_line",
    "cosine",
    old="0.5 * (lr_max - lr_min) * (1 + math.cos(math.pi * t / T))",
    new="(lr_max - lr_min) * (1 - t / T)",
    says="This is a straight line. The cosine leaves lr_max slowly, and arrives slowly.",
)

# ---- warmup_cosine

edited(
    "warmup_from_zero",
    "warmup_cosine",
    old="(t + 1) / warmup",
    new="t / warmup",
    says="The warm-up starts at 0, so the first step is wasted, and it never reaches lr_max. Step t "
    "gets the share (t + 1)/warmup.",
)
edited(
    "warmup_too_slow",
    "warmup_cosine",
    old="(t + 1) / warmup",
    new="(t + 1) / (warmup + 1)",
    says="The warm-up ends below lr_max: step warmup − 1 should reach it.",
)
edited(
    "warmup_one_longer",
    "warmup_cosine",
    old="if t < warmup:",
    new="if t <= warmup and warmup:",
    says="The warm-up lasts one step too long and rises above lr_max. It has the steps 0 to "
    "warmup − 1.",
)
edited(
    "warmup_clock_not_reset",
    "warmup_cosine",
    old="(t - warmup) / (T - warmup)",
    new="t / T",
    says="The cosine goes by the clock of the whole run, so the rate drops at the end of the warm-up. "
    "It starts when the warm-up is over.",
)
edited(
    "warmup_length_not_reduced",
    "warmup_cosine",
    old="/ (T - warmup)",
    new="/ T",
    says="The cosine is stretched over T steps, but only T − warmup are left: it never reaches "
    "lr_min.",
)
edited(
    "warmup_from_floor",
    "warmup_cosine",
    old="return lr_max * (t + 1) / warmup",
    new="return lr_min + (lr_max - lr_min) * (t + 1) / warmup",
    says="The warm-up climbs from lr_min. It goes from lr_max/warmup to lr_max, whatever lr_min is.",
)
edited(
    "warmup_degrees",
    "warmup_cosine",
    old="math.pi * done",
    new="180 * done",
    says=DEGREES,
)
edited(
    "warmup_no_floor",
    "warmup_cosine",
    old="return lr_min + 0.5",
    new="return 0.5",
    says="lr_min was not added to the cosine: the wave should stand on it.",
)

# ---- one_cycle

edited(
    "cycle_peak_off",
    "one_cycle",
    old="pct_start * T - 1",
    new="pct_start * T",
    says="The peak comes one step late. PyTorch has it at pct_start·T − 1, because steps count from "
    "0.",
)
edited(
    "cycle_end_off",
    "one_cycle",
    old="(T - 1 - peak)",
    new="(T - peak)",
    says="The way down is one step too long: the last step is t = T − 1, and it should reach the end.",
)
edited(
    "cycle_peak_rounded",
    "one_cycle",
    old="pct_start * T - 1",
    new="int(pct_start * T) - 1",
    says="The peak was rounded to a whole step. PyTorch lets it lie between two steps.",
)
edited(
    "cycle_end_from_max",
    "one_cycle",
    old="end = start / final_div",
    new="end = lr_max / final_div",
    says="The end is lr_max/final_div. final_div divides the starting rate, which is lr_max/div "
    "already.",
)
edited(
    "cycle_back_to_start",
    "one_cycle",
    old="end = start / final_div",
    new="end = start",
    says="The way down ends at the starting rate. It goes on far below it: divide by final_div.",
)
edited(
    "cycle_from_zero",
    "one_cycle",
    old="start = lr_max / div",
    new="start = 0.0 * lr_max",
    says="The cycle starts at 0, where the first step is wasted. It starts at lr_max/div.",
)
edited("cycle_degrees", "one_cycle", old="math.pi * u", new="180 * u", says=DEGREES)
edited(
    "cycle_lines",
    "one_cycle",
    old="return b + 0.5 * (a - b) * (1 + math.cos(math.pi * u))",
    new="return b + (a - b) * (1 - u)",
    says="Your ways up and down are straight lines. They are half cosines.",
)
edited(
    "cycle_ways_reversed",
    "one_cycle",
    old="way(start, lr_max, t / peak)",
    new="way(lr_max, start, t / peak)",
    says="The first part goes down from lr_max. It should climb from lr_max/div.",
)

# ---- ReduceOnPlateau

edited(
    "plateau_impatient",
    "ReduceOnPlateau",
    old="self.bad > self.patience",
    new="self.bad >= self.patience",
    says="The rate is cut one bad step too early: `patience` of them are borne, the next one cuts.",
)
edited(
    "plateau_too_patient",
    "ReduceOnPlateau",
    old="self.bad > self.patience",
    new="self.bad > self.patience + 1",
    says="The rate is cut one bad step too late: after `patience` bad steps the next one cuts.",
)
edited(
    "plateau_no_restart",
    "ReduceOnPlateau",
    old="self.lr, self.bad = self.lr * self.factor, 0",
    new="self.lr = self.lr * self.factor",
    says="The count goes on after a cut, so every further bad step cuts again. It starts anew.",
)
edited(
    "plateau_not_in_a_row",
    "ReduceOnPlateau",
    old="self.best, self.bad = metric, 0",
    new="self.best = metric",
    says="The count is not reset by a better value. Only bad steps in a row add up.",
)
edited(
    "plateau_compares_last",
    "ReduceOnPlateau",
    old="        else:\n            self.bad += 1\n",
    new="        else:\n            self.bad += 1\n        self.best = metric\n",
    says="You compare with the value before, not with the best one. Going up and down would count as "
    "progress.",
)
edited(
    "plateau_equal_is_better",
    "ReduceOnPlateau",
    old="metric < self.best",
    new="metric <= self.best",
    says="A value that only equals the best counts as better in your class. A plateau is just that: "
    "the same value again.",
)
edited(
    "plateau_delta_ignored",
    "ReduceOnPlateau",
    old=" - self.min_delta",
    new="",
    says="min_delta is ignored: any tiny gain counts as progress.",
)
edited(
    "plateau_delta_added",
    "ReduceOnPlateau",
    old="self.best - self.min_delta",
    new="self.best + self.min_delta",
    says="min_delta has the wrong sign: values slightly worse than the best count as better.",
)
edited(
    "plateau_larger_is_better",
    "ReduceOnPlateau",
    old="metric < self.best - self.min_delta",
    new="metric > (self.best if self.best < math.inf else -math.inf) + self.min_delta",
    says="You take larger values for better ones. The metric is a loss.",
)
edited(
    "plateau_subtracts",
    "ReduceOnPlateau",
    old="self.lr * self.factor",
    new="self.lr - self.factor",
    says="The factor was subtracted. A cut multiplies the rate.",
)

# ---- clip_by_global_norm


@mistake(
    "clip_by_global_norm",
    says="Each array was clipped by its own norm. That changes the direction of the step: one factor "
    "from the common norm serves all.",
)
def clip_each(grads, max_norm):
    norms = [math.sqrt(np.sum(g**2)) for g in grads]
    clipped = [g * min(1.0, max_norm / n) if n else g * 1 for g, n in zip(grads, norms)]
    return clipped, math.sqrt(sum(n**2 for n in norms))


edited(
    "clip_scales_up",
    "clip_by_global_norm",
    old="if norm > max_norm else",
    new="if norm else",
    says="Short gradients are stretched to max_norm. Clipping only ever shrinks.",
)
edited(
    "clip_by_value",
    "clip_by_global_norm",
    old="[g * factor for g in grads]",
    new="[np.clip(g, -max_norm, max_norm) for g in grads]",
    says="You clipped each number, which turns the direction of the step. Scale all of them by one "
    "factor.",
)
edited(
    "clip_no_root",
    "clip_by_global_norm",
    old="math.sqrt(sum(np.sum(g**2) for g in grads))",
    new="float(sum(np.sum(g**2) for g in grads))",
    says="The root is missing: the norm is the root of the sum of squares.",
)
edited(
    "clip_sum_of_norms",
    "clip_by_global_norm",
    old="math.sqrt(sum(np.sum(g**2) for g in grads))",
    new="sum(math.sqrt(np.sum(g**2)) for g in grads)",
    says="You added up the norms. Add the squares of everything, then take one root.",
)
edited(
    "clip_norm_after",
    "clip_by_global_norm",
    old="grads], norm",
    new="grads], norm * factor",
    says="You returned the norm after clipping, which says nothing. The norm before shows that "
    "something was about to explode.",
)
edited(
    "clip_largest_number",
    "clip_by_global_norm",
    old="math.sqrt(sum(np.sum(g**2) for g in grads))",
    new="float(max(np.abs(g).max() for g in grads))",
    says="You took the largest number for the norm. The norm is the length of the whole vector.",
)
edited(
    "clip_average",
    "clip_by_global_norm",
    old="sum(np.sum(g**2) for g in grads)",
    new="sum(np.mean(g**2) for g in grads)",
    says="The squares were averaged within each array. Sum them: a longer vector has a larger norm.",
)


@mistake(
    "clip_by_global_norm",
    says="The caller's gradients were scaled in place. Return new arrays.",
)
def clip_in_place(grads, max_norm):
    norm = math.sqrt(sum(np.sum(g**2) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    return [g.copy() for g in grads], norm


# ---- lr_range_test

edited(
    "range_linear",
    "lr_range_test",
    old="np.geomspace",
    new="np.linspace",
    says="The rates are equally spaced, so nearly all of them are large. Each should be a constant "
    "factor above the one before.",
)
edited(
    "range_never_stops",
    "lr_range_test",
    old="losses[-1] > 4 * min(losses)",
    new="False",
    says="The test goes on after the loss has exploded. Stop when it exceeds 4 × the best.",
)
edited(
    "range_explosion_not_recorded",
    "lr_range_test",
    old="            break\n",
    new="            losses.pop()\n            break\n",
    says="The loss that ended the test was left out. It is recorded: one wants to see where it "
    "happened.",
)
edited(
    "range_compares_first",
    "lr_range_test",
    old="min(losses)",
    new="losses[0]",
    says="You compare with the first loss. Compare with the best one so far.",
)
edited(
    "range_compares_last",
    "lr_range_test",
    old="4 * min(losses)",
    new="4 * losses[max(len(losses) - 2, 0)]",
    says="You compare with the loss just before. A loss that climbs steadily would never stop the "
    "test: compare with the best so far.",
)
edited(
    "range_stops_too_soon",
    "lr_range_test",
    old="4 * min(losses)",
    new="min(losses)",
    says="The test stops at the first loss above the best. Losses are noisy: wait for 4 × the best.",
)
edited(
    "range_all_rates",
    "lr_range_test",
    old="lrs[: len(losses)]",
    new="lrs",
    says="All planned rates came back, also those never tried. Rates and losses have one length.",
)
edited(
    "range_end_missing",
    "lr_range_test",
    old="np.geomspace(lr_min, lr_max, steps)",
    new="np.geomspace(lr_min, lr_max, steps, endpoint=False)",
    says="lr_max is not among the rates: both ends belong to the test.",
)
