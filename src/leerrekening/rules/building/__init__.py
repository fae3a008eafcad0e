"""From the plain data of the files of a law to the checked law.

``law.build_law`` checks all of it: keys, languages, sources, units, versions that overlap, references that do not
hold on some day, cycles. Every refusal is a ``DeclarationError`` that names the instrument and the rule, and the
other place where two are involved.
"""
