"""What the checks can't ask from afar."""


def fit_returns_the_scaler(scaler, X) -> bool:
    """Whether `fit` gives back the very object that it was called on."""
    return scaler.fit(X) is scaler
