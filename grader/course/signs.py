"""Commands of formulas and the signs they stand for in plain text."""

from __future__ import annotations

from typing import Final

WIDE: Final = "\x00"  # stands for a wide space until single ones have been tidied

_TABLE: Final = """
alpha α   beta β   gamma γ   delta δ   epsilon ε   varepsilon ε   zeta ζ   eta η   theta θ   kappa κ   lambda λ   mu μ
nu ν   xi ξ   pi π   rho ρ   sigma σ   tau τ   phi φ   varphi φ   chi χ   psi ψ   omega ω   ell ℓ
Gamma Γ   Delta Δ   Theta Θ   Lambda Λ   Sigma Σ   Phi Φ   Psi Ψ   Omega Ω
cdot ·   times ×   odot ⊙   div ÷   pm ±   mp ∓   ast *   star *   circ ∘   prime ′   top ᵀ   colon :
le ≤   leq ≤   ge ≥   geq ≥   ne ≠   neq ≠   approx ≈   equiv ≡   propto ∝   sim ~
leftarrow ←   gets ←   rightarrow →   to →   mapsto ↦   Rightarrow ⇒   iff ⇔
sum Σ   prod Π   nabla ∇   partial ∂   infty ∞   dots …   ldots …   cdots …   vdots …
in ∈   notin ∉   cup ∪   cap ∩   subset ⊂   setminus ∖   forall ∀   land ∧   lor ∨
lVert ‖   rVert ‖   Vert ‖   lvert |   rvert |   vert |   mid |   langle ⟨   rangle ⟩
lfloor ⌊   rfloor ⌋   lceil ⌈   rceil ⌉
"""

_WORDS = _TABLE.split()
SIGNS: Final = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True)) | {"quad": WIDE, "qquad": WIDE}

DROPPED: Final = frozenset(
    ["left", "right", "big", "Big", "bigl", "bigr", "Bigl", "Bigr", "limits", "nolimits", "displaystyle", "nonumber"]
)
