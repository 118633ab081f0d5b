"""The web application. It knows the grader only through its public modules; nothing imports it but itself."""
