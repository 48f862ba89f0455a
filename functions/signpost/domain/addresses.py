"""Network addresses at which nobody publishes anything, and credentials can be had."""

from __future__ import annotations

import ipaddress

_NETWORKS = (
    ipaddress.ip_network("169.254.0.0/16"),
    ipaddress.ip_network("fe80::/10"),
    ipaddress.ip_network("fd00:ec2::/32"),
)
"""Link-local addresses, and those of AWS's own services on a machine over IPv6.

Source: RFC 3927 section 2.1, RFC 4291 section 2.5.6;
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
(169.254.169.254 and fd00:ec2::254), 2026-11-22.
"""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""IPv6 addresses that a gateway turns into IPv4 ones. Source: RFC 6052 section 2.1, 2026-11-22."""


def describes_the_machine(number: str) -> bool:
    """Whether an address is link-local or a metadata service's, however it is written.

    Args:
        number: an IPv4 or IPv6 address as a resolver gives it, a zone (`%eth0`) included.

    Raises:
        ValueError: it is a name.
    """
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            address = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        else:
            address = address.ipv4_mapped or address
    return any(address in network for network in _NETWORKS)
