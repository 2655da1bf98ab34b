"""Facts about the components of MONAI, torch and ignite, read from their source text.

Nothing is imported, installed or run: an unpacked wheel or a site-packages folder is enough, of any
release, and of an environment that nobody has reason to trust.
"""
