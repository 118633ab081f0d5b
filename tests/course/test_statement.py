"""Formulas that can be read in a terminal."""

from __future__ import annotations

import pytest

from grader.course.statement import for_terminal, plain_math


@pytest.mark.parametrize(
    ("tex", "plain"),
    [
        (r"p \leftarrow p - \eta\,g", "p ← p - η g"),
        (r"m_t = \beta_1 m_{t-1} + (1-\beta_1)\,g^2", "mₜ = β₁ mₜ₋₁ + (1-β₁) g²"),
        (r"\hat m = \frac{m}{1-\beta_1^t}", "m̂ = m/(1-β₁ᵗ)"),
        (r"\frac{\hat m}{\sqrt{\hat v} + \varepsilon}", "m̂/(√(v̂) + ε)"),
        (r"\text{lr}\cdot\frac12", "lr·1/2"),
        (r"W \in \mathbb{R}^{n\times d}", "W ∈ R^(n× d)"),
        (r"h_\text{new}", "h_new"),
        (r"z_i = x_i^\top w + b", "zᵢ = xᵢᵀ w + b"),
        (r"y \in \{0, 1\}", "y ∈ {0, 1}"),
        (r"-y\log p", "-y log p"),
        (r"\bigl\lfloor n/B \bigr\rfloor", "⌊n/B⌋"),
        (r"\lVert w\rVert^2", "‖w‖²"),
        (r"a \qquad b", "a   b"),
        (r"\begin{aligned} a &= b \\ c &= d \end{aligned}", "a = b ;   c = d"),
        (r"\hat{\mathbf{x}}_i", "x̂ᵢ"),
        (r"1, \dots, n", "1, …, n"),
        (r"\unheard{x}", "unheardx"),
        (r"10^{-8}", "10⁻⁸"),
    ],
)
def test_a_formula_is_written_in_plain_signs(tex, plain):
    assert plain_math(tex) == plain


def test_formulas_in_a_statement_become_code():
    assert for_terminal("A step $\\eta$ wide.\n\n$$x = \\frac{1}{2}$$\n") == (
        "A step `η` wide.\n\n\n\n```text\nx = 1/2\n```\n\n\n"
    )


@pytest.mark.parametrize(
    "text", ["`$x$` stays", "```python\nprice = '$x$'\n```\n", "It costs $5, not $6.", "an escaped \\$x$ sign"]
)
def test_code_and_money_stay_as_they_are(text):
    assert for_terminal(text) == text


def test_an_authors_comments_are_left_out():
    assert (
        for_terminal("# T\n<!-- why? run `gradgym verify` -->\nText <!-- here --> goes on.\n")
        == "# T\nText  goes on.\n"
    )
