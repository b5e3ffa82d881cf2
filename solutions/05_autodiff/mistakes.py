"""Wrong answers that students give in unit 05, each with the sentence that explains it."""

import numpy as np

from course_utils.checks import edited, mistake

NEEDS = {"Tensor": ["unbroadcast"]}

# ---- Dual: sums

edited(
    "dual_no_radd",
    "Dual",
    old="    def __radd__(self, other):\n        return self + other\n\n",
    new="",
    says="A number on the left of + is not provided for. Python asks the number first, which knows "
    "nothing of Dual, and then calls __radd__ of your class.",
)
edited(
    "dual_no_rsub",
    "Dual",
    old="    def __rsub__(self, other):\n        return self.lift(other) - self\n",
    new="",
    says="A number on the left of − is not provided for: Python then calls __rsub__ of your class.",
)
edited(
    "dual_rsub_turned",
    "Dual",
    old="return self.lift(other) - self\n",
    new="return self - other\n",
    says="10 − a comes out as a − 10. In __rsub__(self, other) the number `other` stands on the left.",
)
edited(
    "dual_sub_adds_derivs",
    "Dual",
    old="self.deriv - other.deriv)",
    new="self.deriv + other.deriv)",
    says="The values are subtracted but the derivatives added. The derivative of a difference is the "
    "difference of the derivatives.",
)
edited(
    "dual_constant_moves",
    "Dual",
    old="Dual(x, 0.0)",
    new="Dual(x, 1.0)",
    says="A number got derivative 1. It is a constant: it does not change when the input does, so its "
    "derivative is 0.",
)
edited(
    "dual_add_in_place",
    "Dual",
    old="return Dual(self.value + other.value, self.deriv + other.deriv)",
    new="self.value, self.deriv = self.value + other.value, self.deriv + other.deriv\n"
    "        return self",
    says="a + b changed a. The operands may be used again: return a new Dual.",
)
edited(
    "dual_number_taken_from_deriv",
    "Dual",
    old="        other = self.lift(other)\n        return Dual(self.value - other.value",
    new="        if not isinstance(other, Dual):\n"
    "            return Dual(self.value - other, self.deriv - other)\n"
    "        return Dual(self.value - other.value",
    says="You took the number away from the derivative too. Shifting a function up or down leaves its "
    "slope as it is.",
)

# ---- Dual: products and quotients

edited(
    "dual_derivs_multiplied",
    "Dual",
    old="self.deriv * other.value + self.value * other.deriv)",
    new="self.deriv * other.deriv)",
    says="The derivative of a product is not the product of the derivatives. Each factor changes while "
    "the other stands still: that makes two terms.",
)
edited(
    "dual_half_product_rule",
    "Dual",
    old="self.deriv * other.value + self.value * other.deriv)",
    new="self.deriv * other.value)",
    says="Half of the product rule: only the first factor changes in your version. The second one "
    "changes too.",
)
edited(
    "dual_product_rule_minus",
    "Dual",
    old="self.deriv * other.value + self.value * other.deriv)",
    new="self.deriv * other.value - self.value * other.deriv)",
    says="The two terms of the product rule are added. The minus belongs to the quotient rule.",
)
edited(
    "dual_no_rmul",
    "Dual",
    old="    def __rmul__(self, other):\n        return self * other\n",
    new="",
    says="A number on the left of * is not provided for: Python then calls __rmul__ of your class.",
)
edited(
    "dual_derivs_divided",
    "Dual",
    old="top / other.value**2)",
    new="self.deriv / other.deriv if other.deriv else self.deriv / other.value)",
    says="The derivative of a quotient is not the quotient of the derivatives: it has two terms over "
    "the square of the bottom.",
)
edited(
    "dual_quotient_not_squared",
    "Dual",
    old="top / other.value**2)",
    new="top / other.value)",
    says="The bottom of the quotient rule is squared.",
)
edited(
    "dual_quotient_turned",
    "Dual",
    old="self.deriv * other.value - self.value * other.deriv",
    new="self.value * other.deriv - self.deriv * other.value",
    says="The two terms of the quotient rule are the wrong way round, so the sign is wrong. A larger "
    "top makes a larger quotient: the term with the change of the top is the positive one.",
)
edited(
    "dual_quotient_plus",
    "Dual",
    old="self.deriv * other.value - self.value * other.deriv",
    new="self.deriv * other.value + self.value * other.deriv",
    says="The quotient rule subtracts: a growing bottom makes the quotient smaller.",
)
edited(
    "dual_no_rtruediv",
    "Dual",
    old="    def __rtruediv__(self, other):\n        return self.lift(other) / self\n",
    new="",
    says="A number on the left of / is not provided for: Python then calls __rtruediv__ of your class.",
)
edited(
    "dual_rtruediv_turned",
    "Dual",
    old="return self.lift(other) / self\n",
    new="return self / other\n",
    says="6 / a comes out as a / 6. In __rtruediv__(self, other) the number `other` is the top.",
)

# ---- Dual: functions

edited(
    "dual_exp_no_chain",
    "Dual",
    old="math.exp(self.value) * self.deriv",
    new="math.exp(self.value)",
    says="The chain rule is missing in exp: the slope of exp at the value is multiplied by the "
    "derivative that came in.",
)
edited(
    "dual_exp_power_rule",
    "Dual",
    old="math.exp(self.value) * self.deriv",
    new="self.value * math.exp(self.value - 1) * self.deriv",
    says="You used the power rule for exp. There the variable stands in the exponent: e to the x is its "
    "own derivative.",
)
edited(
    "dual_exp_of_deriv",
    "Dual",
    old="math.exp(self.value) * self.deriv",
    new="math.exp(self.deriv)",
    says="You took exp of the derivative. The slope is taken at the value, then multiplied by the "
    "derivative.",
)
edited(
    "dual_sin_no_chain",
    "Dual",
    old="math.cos(self.value) * self.deriv",
    new="math.cos(self.value)",
    says="The chain rule is missing in sin: the slope of sin at the value is multiplied by the "
    "derivative that came in.",
)
edited(
    "dual_sin_sign",
    "Dual",
    old="math.cos(self.value) * self.deriv",
    new="-math.cos(self.value) * self.deriv",
    says="The sign of the slope of sin is wrong: at 0 the sine rises. The minus belongs to the "
    "derivative of the cosine.",
)
edited(
    "dual_sin_degrees",
    "Dual",
    old="Dual(math.sin(self.value), math.cos(self.value) * self.deriv)",
    new="Dual(math.sin(math.radians(self.value)), math.cos(math.radians(self.value)) * self.deriv)",
    says="You turned degrees into radians. The value is in radians already.",
)

# ---- unbroadcast

edited(
    "unbroadcast_front_only",
    "unbroadcast",
    old="    return grad.sum(axis=stretched, keepdims=True)\n",
    new="    return grad\n",
    says="Only the new axes in front are summed. An axis of length 1 was stretched as well: its copies "
    "have to be added up too.",
)
edited(
    "unbroadcast_stretched_only",
    "unbroadcast",
    old="    grad = grad.sum(axis=new_axes)\n",
    new="    grad = grad if new_axes else grad\n",
    says="The new axes in front are still there. Broadcasting put them in; sum them away.",
)
edited(
    "unbroadcast_axes_lost",
    "unbroadcast",
    old="axis=stretched, keepdims=True",
    new="axis=stretched",
    says="The stretched axes were summed away altogether. They keep their length of 1: the result has "
    "exactly the asked shape.",
)
edited(
    "unbroadcast_mean_front",
    "unbroadcast",
    old="grad.sum(axis=new_axes)",
    new="(grad.mean(axis=new_axes) if new_axes else grad)",
    says="You averaged over the new axes. Every copy contributes in full: the gradients add up.",
)
edited(
    "unbroadcast_mean_stretched",
    "unbroadcast",
    old="return grad.sum(axis=stretched, keepdims=True)",
    new="return grad.mean(axis=stretched, keepdims=True) if stretched else grad",
    says="You averaged over the stretched axes. Every copy contributes in full: the gradients add up.",
)


@mistake(
    "unbroadcast",
    says="You summed away axes at the end. Shapes are lined up at their last axes, so the new ones are "
    "in front.",
)
def unbroadcast_wrong_end(grad, shape):
    while grad.ndim > len(shape):
        grad = grad.sum(axis=-1)
    stretched = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return grad.sum(axis=stretched, keepdims=True) if stretched else grad


@mistake(
    "unbroadcast",
    says="You kept one of the copies and dropped the others. Each copy was used, so each brings a part "
    "of the gradient: add them.",
)
def unbroadcast_first_copy(grad, shape):
    grad = grad[(0,) * (grad.ndim - len(shape))]
    for axis, length in enumerate(shape):
        if length == 1:
            grad = grad.take([0], axis=axis)
    return grad


@mistake(
    "unbroadcast",
    says="You compare the two shapes from the left. Broadcasting lines them up at the right: the last "
    "axis with the last.",
)
def unbroadcast_from_the_left(grad, shape):
    padded = tuple(shape) + (1,) * (grad.ndim - len(shape))
    axes = tuple(i for i, n in enumerate(padded) if n == 1)
    return grad.sum(axis=axes, keepdims=True).ravel()[: int(np.prod(shape))].reshape(shape)


@mistake(
    "unbroadcast",
    says="Everything was added up to one number and spread again. Sum only over the axes that "
    "broadcasting made longer.",
)
def unbroadcast_total(grad, shape):
    return grad if grad.shape == tuple(shape) else np.full(shape, grad.sum())


# ---- Tensor: what it holds

edited(
    "tensor_keeps_integers",
    "Tensor",
    old="np.array(data, dtype=np.float64)",
    new="np.array(data)",
    says="Whole numbers stay whole numbers. Make data float64: a gradient step on integers would be "
    "rounded away.",
)
edited(
    "tensor_float32",
    "Tensor",
    old="np.array(data, dtype=np.float64)",
    new="np.array(data, dtype=np.float32)",
    says="data is float32, with 7 digits. This engine keeps float64, so that it can be compared with "
    "other results to the last digits.",
)
edited(
    "tensor_grad_is_none",
    "Tensor",
    old="        self.grad = np.zeros_like(self.data)\n",
    new="        self.grad = None\n",
    says="grad is None before backward. It has the shape of data and holds zeros: nothing has arrived "
    "yet.",
)
edited(
    "tensor_grad_is_a_number",
    "Tensor",
    old="        self.grad = np.zeros_like(self.data)\n",
    new="        self.grad = 0.0\n",
    says="grad is a single 0 before backward. Each element of data has a gradient of its own: grad has "
    "the shape of data.",
)
edited(
    "tensor_numbers_not_lifted",
    "Tensor",
    old="return x if isinstance(x, Tensor) else Tensor(x)",
    new="return x",
    says="A number as the other operand is not provided for: it has no .data. Make a Tensor of it first.",
)

# ---- Tensor: backward

edited(
    "tensor_assigned",
    "Tensor",
    old="parent.grad = parent.grad + share",
    new="parent.grad = share",
    says="A share of the gradient replaces what arrived before. A Tensor that is used several times (x * "
    "x, x + x) gets the sum of all shares.",
)
edited(
    "tensor_no_topological_order",
    "Tensor",
    old="        for node in reversed(order):\n",
    new="        stack = [self]\n"
    "        while stack:\n"
    "            node = stack.pop()\n"
    "            stack.extend(parent for parent, _ in node.edges)\n",
    says="A Tensor passes its gradient on each time something arrives, and so passes the first part on "
    "twice. It has its turn once, after everything that uses it: that is the topological order.",
)
edited(
    "tensor_breadth_first",
    "Tensor",
    old="        for node in reversed(order):\n",
    new="        nearest = [self]\n"
    "        for node in nearest:\n"
    "            nearest.extend(p for p in dict(node.edges) if p not in nearest)\n"
    "        for node in nearest:\n",
    says="The nearest Tensors have their turn first. One that is used both near the loss and further "
    "away then passes its gradient on before it is complete. Each must wait for all that use it.",
)
edited(
    "tensor_recursive",
    "Tensor",
    old="        order, seen, stack = [], set(), [(self, False)]\n"
    "        while stack:\n"
    "            node, parents_done = stack.pop()\n"
    "            if parents_done:\n"
    "                order.append(node)\n"
    "            elif node not in seen:\n"
    "                seen.add(node)\n"
    "                stack.append((node, True))\n"
    "                stack.extend((parent, False) for parent, _ in node.edges)\n",
    new="        order, seen = [], set()\n\n"
    "        def visit(node):\n"
    "            if node not in seen:\n"
    "                seen.add(node)\n"
    "                for parent, _ in node.edges:\n"
    "                    visit(parent)\n"
    "                order.append(node)\n\n"
    "        visit(self)\n",
    says="The search calls itself once per operation, and Python stops at about 1000 calls deep. A long "
    "computation has more operations than that: keep a stack of your own, a list.",
)
edited(
    "tensor_grads_kept",
    "Tensor",
    old="        for node in order:\n            node.grad = np.zeros_like(node.data)\n",
    new="",
    says="The gradients of an earlier backward are still there: they are added in, and flow on a second "
    "time from every Tensor in the middle. Start each backward from zero.",
)
edited(
    "tensor_leaf_grads_kept",
    "Tensor",
    old="            node.grad = np.zeros_like(node.data)\n",
    new="            if node.edges:\n                node.grad = np.zeros_like(node.data)\n",
    says="The inputs keep the gradient of an earlier backward, and the new one is added. PyTorch does "
    "so, and needs zero_grad for it; here every backward starts from zero, for all Tensors.",
)
edited(
    "tensor_middle_grads_kept",
    "Tensor",
    old="            node.grad = np.zeros_like(node.data)\n",
    new="            if not node.edges:\n                node.grad = np.zeros_like(node.data)\n",
    says="Only the inputs start from zero. The Tensors in the middle still hold the gradient of the "
    "earlier backward, which flows on to the inputs a second time.",
)
edited(
    "tensor_no_seed",
    "Tensor",
    old="        self.grad = np.ones_like(self.data)\n",
    new="",
    says="All gradients are zero, because nothing starts the flow. The derivative of the loss with "
    "respect to itself is 1: set that before you walk back.",
)
edited(
    "tensor_seed_is_loss",
    "Tensor",
    old="        self.grad = np.ones_like(self.data)\n",
    new="        self.grad = self.data.copy()\n",
    says="The walk starts with the value of the loss, so every gradient is that many times too large. "
    "It starts with 1, the derivative of the loss with respect to itself.",
)
edited(
    "tensor_shared_gradients",
    "Tensor",
    old="                parent.grad = parent.grad + share\n",
    new="                if parent.grad.any():\n"
    "                    parent.grad += share\n"
    "                else:\n"
    "                    parent.grad = share\n",
    says="Two Tensors hold the same array as their gradient: a share was kept as it came, then changed "
    "in place with +=, which changes it for both. Add into a new array.",
)
edited(
    "tensor_broadcast_ignored",
    "Tensor",
    old="                if share.shape != parent.data.shape:\n"
    "                    share = unbroadcast(share, parent.data.shape)\n",
    new="",
    says="A Tensor that was broadcast gets a gradient of the larger shape. Its one number was used in "
    "many places: add up their gradients, so that grad has the shape of data.",
)
edited(
    "tensor_broadcast_total",
    "Tensor",
    old="share = unbroadcast(share, parent.data.shape)",
    new="share = share.sum()",
    says="The gradient of a Tensor that was broadcast was added up to one number. Sum only over the "
    "axes that broadcasting made longer.",
)
edited(
    "tensor_broadcast_rows_only",
    "Tensor",
    old="share = unbroadcast(share, parent.data.shape)",
    new="share = share.sum(axis=0)",
    says="You always sum over the first axis. That fits a bias (D,) in a batch (N, D), but not a column "
    "(N, 1) nor a single number.",
)
edited(
    "tensor_broadcast_mean",
    "Tensor",
    old="share = unbroadcast(share, parent.data.shape)",
    new="share = unbroadcast(share, parent.data.shape) * parent.data.size / share.size",
    says="You averaged where a Tensor was broadcast. Each copy contributes in full: the gradients add "
    "up.",
)

# ---- Tensor: + − *

edited(
    "tensor_add_in_place",
    "Tensor",
    old="        return Tensor(self.data + other.data, (",
    new="        self.data += other.data\n        return Tensor(self.data, (",
    says="a + b changed a. The operand may be used again: make a new array.",
)
edited(
    "tensor_add_times_value",
    "Tensor",
    old="return Tensor(self.data + other.data, ((self, lambda g: g), (other, lambda g: g)))",
    new="return Tensor(self.data + other.data, ((self, lambda g: g * self.data), "
    "(other, lambda g: g * other.data)))",
    says="In + each operand's share is multiplied by its value. A sum grows by 1 when an operand grows by "
    "1, whatever their values are: + hands the gradient on unchanged.",
)
edited(
    "tensor_no_radd",
    "Tensor",
    old="    def __radd__(self, other):\n        return self + other\n\n",
    new="",
    says="A number on the left of + is not provided for: Python then calls __radd__ of your class.",
)
edited(
    "tensor_no_rsub",
    "Tensor",
    old="    def __rsub__(self, other):\n        return self.lift(other) - self\n",
    new="",
    says="A number on the left of − is not provided for: Python then calls __rsub__ of your class.",
)
edited(
    "tensor_rsub_turned",
    "Tensor",
    old="return self.lift(other) - self\n",
    new="return self - other\n",
    says="10 − x comes out as x − 10. In __rsub__(self, other) the number `other` stands on the left.",
)
edited(
    "tensor_sub_no_minus",
    "Tensor",
    old="lambda g: 0 - g",
    new="lambda g: g",
    says="In a − b the share of b has no minus. When b grows, the difference shrinks.",
)
edited(
    "tensor_neg_no_minus",
    "Tensor",
    old="lambda g: -g),",
    new="lambda g: g),",
    says="Unary minus turned the value round but not the gradient: when x grows, −x shrinks.",
)
edited(
    "tensor_no_rmul",
    "Tensor",
    old="    def __rmul__(self, other):\n        return self * other\n",
    new="",
    says="A number on the left of * is not provided for: Python then calls __rmul__ of your class.",
)
edited(
    "tensor_mul_own_value",
    "Tensor",
    old="((a, lambda g: g * b.data), (b, lambda g: g * a.data))",
    new="((a, lambda g: g * a.data), (b, lambda g: g * b.data))",
    says="In a * b each factor got its own value as the slope. When a grows by a little, the product grows "
    "by b times as much: the slope is the other factor.",
)
edited(
    "tensor_mul_no_upstream",
    "Tensor",
    old="((a, lambda g: g * b.data), (b, lambda g: g * a.data))",
    new="((a, lambda g: b.data), (b, lambda g: a.data))",
    says="In a * b the gradient that arrives is thrown away. The chain rule multiplies it by the local "
    "slope.",
)

# ---- Tensor: sum and @

edited(
    "tensor_sum_axis_not_restored",
    "Tensor",
    old="            if axis is not None and not keepdims:\n"
    "                g = np.expand_dims(g, axis)\n",
    new="",
    says="The axis that sum took away is not put back, so the gradient spreads along the last axis "
    "instead. Each summed element gets the gradient of its own sum.",
)
edited(
    "tensor_sum_keepdims_ignored",
    "Tensor",
    old="self.data.sum(axis=axis, keepdims=keepdims)",
    new="self.data.sum(axis=axis)",
    says="keepdims is ignored: the summed axis should stay, with length 1.",
)
edited(
    "tensor_sum_axis_ignored",
    "Tensor",
    old="self.data.sum(axis=axis, keepdims=keepdims)",
    new="self.data.sum(keepdims=keepdims)",
    says="axis is ignored: everything was added up. Sum over the one axis that is asked for.",
)
edited(
    "tensor_sum_is_mean",
    "Tensor",
    old="return g * np.ones_like(self.data)",
    new="return g * np.ones_like(self.data) * (g.size / self.data.size)",
    says="sum divides the gradient among the elements, as a mean would. Each element counts in full: the "
    "sum grows by 1 when one element does.",
)
edited(
    "tensor_sum_no_upstream",
    "Tensor",
    old="return g * np.ones_like(self.data)",
    new="return np.ones_like(self.data)",
    says="sum hands back ones and throws away the gradient that arrives. Multiply by it: the chain rule.",
)
edited(
    "tensor_matmul_no_transpose",
    "Tensor",
    old="((self, lambda g: g @ B.T), (other, lambda g: A.T @ g))",
    new="((self, lambda g: g @ B), (other, lambda g: A @ g))",
    says="The transposes are missing in @. On the way back every connection runs the other way: rows and "
    "columns of the other matrix change places.",
)
edited(
    "tensor_matmul_sides_swapped",
    "Tensor",
    old="((self, lambda g: g @ B.T), (other, lambda g: A.T @ g))",
    new="((self, lambda g: B.T @ g), (other, lambda g: g @ A.T))",
    says="In @ the gradient stands on the wrong side. A product of matrices depends on the order: only one "
    "order gives each gradient the shape of its matrix.",
)
edited(
    "tensor_matmul_own_matrix",
    "Tensor",
    old="((self, lambda g: g @ B.T), (other, lambda g: A.T @ g))",
    new="((self, lambda g: g @ A.T), (other, lambda g: B.T @ g))",
    says="In @ each matrix got its own values as the slope. How much the product changes with A depends on "
    "B, and the other way round.",
)
edited(
    "tensor_matmul_grad_transposed",
    "Tensor",
    old="lambda g: A.T @ g",
    new="lambda g: g.T @ A",
    says="The gradient of the right matrix in @ came out transposed. It has the shape of the matrix.",
)
edited(
    "tensor_matmul_elementwise",
    "Tensor",
    old="return Tensor(A @ B, (",
    new="return Tensor(A * B if A.shape == B.shape else A @ B, (",
    says="@ multiplies element by element in your class. It is the matrix product: rows times columns.",
)

# ---- Tensor: / and **

edited(
    "tensor_div_no_minus",
    "Tensor",
    old="lambda g: -g * a / b**2",
    new="lambda g: g * a / b**2",
    says="In a / b the share of b has no minus. When the bottom grows, the quotient of positive numbers "
    "shrinks.",
)
edited(
    "tensor_div_not_squared",
    "Tensor",
    old="lambda g: -g * a / b**2",
    new="lambda g: -g * a / b",
    says="In a / b the bottom is squared in the slope for b: it is the derivative of 1/b.",
)
edited(
    "tensor_div_like_mul",
    "Tensor",
    old="((self, lambda g: g / b)",
    new="((self, lambda g: g * b)",
    says="In a / b the share of a is that of a product. When a grows by a little, the quotient grows by "
    "1/b times as much.",
)
edited(
    "tensor_no_rtruediv",
    "Tensor",
    old="    def __rtruediv__(self, other):\n        return self.lift(other) / self\n",
    new="",
    says="A number on the left of / is not provided for: Python then calls __rtruediv__ of your class.",
)
edited(
    "tensor_rtruediv_turned",
    "Tensor",
    old="return self.lift(other) / self\n",
    new="return self / other\n",
    says="12 / x comes out as x / 12. In __rtruediv__(self, other) the number `other` is the top.",
)
edited(
    "tensor_pow_not_lowered",
    "Tensor",
    old="p * x ** (p - 1)",
    new="p * x**p",
    says="In ** the exponent was not lowered: the slope of x to the p has exponent p − 1.",
)
edited(
    "tensor_pow_no_factor",
    "Tensor",
    old="p * x ** (p - 1)",
    new="x ** (p - 1)",
    says="In ** the factor p is missing in the slope: x squared has slope 2x.",
)
edited(
    "tensor_pow_by_log",
    "Tensor",
    old="return Tensor(x**p, (",
    new="return Tensor(np.exp(p * np.log(x)), (",
    says="You wrote x to the p by way of the logarithm, which knows only positive x. Negative numbers and "
    "0 have powers too.",
)
edited(
    "tensor_pow_as_exponential",
    "Tensor",
    old="p * x ** (p - 1)",
    new="x**p * np.log(np.abs(x) + (x == 0))",
    says="You differentiated with respect to the exponent. The exponent is the constant here, the base is "
    "the variable: use the power rule.",
)

# ---- Tensor: functions

edited(
    "tensor_relu_gates_on_gradient",
    "Tensor",
    old="lambda g: g * (x > 0)",
    new="lambda g: g * (g > 0)",
    says="relu looks at the sign of the gradient. The gate is open where the input was positive, whatever "
    "sign the gradient has.",
)
edited(
    "tensor_relu_open_at_zero",
    "Tensor",
    old="lambda g: g * (x > 0)",
    new="lambda g: g * (x >= 0)",
    says="Your relu has slope 1 at 0. There its slope is 0 by convention, as in PyTorch.",
)
edited(
    "tensor_relu_no_gate",
    "Tensor",
    old="lambda g: g * (x > 0)",
    new="lambda g: g",
    says="relu lets the whole gradient through. Where the input was negative the output does not change, "
    "so nothing passes back.",
)
edited(
    "tensor_relu_no_upstream",
    "Tensor",
    old="lambda g: g * (x > 0)",
    new="lambda g: 1.0 * (x > 0)",
    says="relu hands back its slope, 0 or 1, and throws away the gradient that arrives. Multiply the two.",
)
edited(
    "tensor_exp_power_rule",
    "Tensor",
    old="lambda g: g * e)",
    new="lambda g: g * self.data * np.exp(self.data - 1))",
    says="You used the power rule for exp. There the variable stands in the exponent: e to the x is its "
    "own derivative.",
)
edited(
    "tensor_exp_of_output",
    "Tensor",
    old="lambda g: g * e)",
    new="lambda g: g * np.exp(e))",
    says="exp was taken twice: the slope of exp is its value, which you have already.",
)
edited(
    "tensor_exp_no_slope",
    "Tensor",
    old="lambda g: g * e)",
    new="lambda g: g)",
    says="exp hands the gradient on unchanged. Multiply it by the slope of exp at the input.",
)
edited(
    "tensor_log_of_output",
    "Tensor",
    old="lambda g: g / x),",
    new="lambda g: g / np.log(x)),",
    says="The slope of log was taken from its value. It is one over the input.",
)
edited(
    "tensor_log_like_mul",
    "Tensor",
    old="lambda g: g / x),",
    new="lambda g: g * x),",
    says="You multiplied by the input in log. Its slope is one over the input: the larger x, the flatter.",
)
edited(
    "tensor_log_base_10",
    "Tensor",
    old="return Tensor(np.log(x),",
    new="return Tensor(np.log10(x),",
    says="You took the logarithm to base 10. log is the natural one, to base e.",
)
edited(
    "tensor_tanh_from_input",
    "Tensor",
    old="g * (1 - t**2)",
    new="g * (1 - self.data**2)",
    says="The slope of tanh was taken from the input. The formula 1 − t² wants t = tanh(x), the output.",
)
edited(
    "tensor_tanh_not_squared",
    "Tensor",
    old="g * (1 - t**2)",
    new="g * (1 - t)",
    says="The square is missing in the slope of tanh: where the output is near −1 the slope is near 0 as "
    "well.",
)
edited(
    "tensor_tanh_like_sigmoid",
    "Tensor",
    old="g * (1 - t**2)",
    new="g * t * (1 - t)",
    says="That is the slope of the sigmoid. tanh is another curve: at 0 its slope is 1.",
)
edited(
    "tensor_tanh_by_exp",
    "Tensor",
    old="t = np.tanh(self.data)",
    new="t = (np.exp(2 * self.data) - 1) / (np.exp(2 * self.data) + 1)",
    says="Your tanh divides infinity by infinity for large inputs. np.tanh is right everywhere.",
)
