"""The forms in which the kernel writes sets of CPUs, a choice among words, and pressure."""


def numbers(text):
    """The kernel's list form as a sorted list of numbers."""
    found = set()
    for part in filter(None, text.split(",")):
        first, _, last = part.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return sorted(found)


def as_list(values):
    """Numbers in the kernel's list form."""
    runs = []
    for value in sorted(values):
        if runs and runs[-1][1] == value - 1:
            runs[-1][1] = value
        else:
            runs.append([value, value])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def as_mask(text):
    return f"{sum(1 << cpu for cpu in numbers(text)):04x}"


def chosen(words, one):
    return " ".join(f"[{word}]" if word == one else word for word in words.split()) + "\n"


def pressure(some_us, full_us):
    return f"some avg10=0.00 avg60=0.00 avg300=0.00 total={some_us}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total={full_us}\n"
