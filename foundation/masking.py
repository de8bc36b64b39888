"""What stays readable of personal data: 320724********0018, 138****0000, 张*、欧阳*华. Pure."""


def mask_id_number(text: str) -> str:
    """First six and last four characters; a short number keeps only its last two."""
    if len(text) < 12:
        return "*" * max(0, len(text) - 2) + text[-2:]
    return text[:6] + "*" * (len(text) - 10) + text[-4:]


def mask_phone(text: str) -> str:
    """First three and last four digits."""
    return text[:3] + "****" + text[-4:] if len(text) >= 8 else "*" * len(text)


def mask_account(text: str) -> str:
    """Only the last four digits of a bank account."""
    return "*" * max(0, len(text) - 4) + text[-4:]


def mask_name(text: str) -> str:
    """张婷 → 张*, 张文婷 → 张*婷: the first character, and the last of a name of three or more."""
    if len(text) <= 1:
        return text
    return text[0] + "*" + (text[-1] if len(text) > 2 else "")
