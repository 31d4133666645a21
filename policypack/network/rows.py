"""The rows of the two decision tables in docs/network.md, by name.

A row's value is what evidence says it rests on (``backend-17``), its heading what the page says in the row of
that number; a test compares them.
"""

from enum import StrEnum


class Row(StrEnum):
    """A row of a decision table, and what speaks beside the tables.

    Attributes:
        heading: What the page calls it; empty beside the tables.
    """

    heading: str

    def __new__(cls, value: str, heading: str = "") -> "Row":
        """A row, which is the text of its value."""
        row = str.__new__(cls, value)
        row._value_ = value
        row.heading = heading
        return row

    # Backends
    PUBLIC_ADDRESS = "backend-1", "public address"
    PUBLIC_NAME = "backend-2", "public domain name that nothing in the stack resolves privately"
    PRIVATE_IN_VPC = "backend-3", "private address (RFC 1918) inside the gateway's VPC"
    PRIVATE_OUTSIDE_VPC = "backend-4", "private address outside the VPC"
    INSIDE_THE_CLOUD = "backend-5", "100.64.0.0/10, 169.254.0.0/16, 127.0.0.0/8, 198.19.128.0/17"
    LOCAL_IPV6 = "backend-6", "IPv6 fc00::/7, fe80::/10"
    GLOBAL_IPV6 = "backend-7", "global IPv6 address"
    NAME_OF_PRIVATE_ZONE = "backend-8", "name of a private zone that is bound to the gateway's VPC"
    NAME_OF_PUBLIC_ZONE = "backend-9", "name of a public zone whose records are all private"
    INTERNAL_NAME = (
        "backend-10",
        "`.local`, `.internal`, `.lan`, `.svc.cluster.local`, `home.arpa`, a single label",
    )
    SERVICE_ENDPOINT = "backend-11", "endpoint of a Huawei Cloud service of the same region"
    VARIABLE = "backend-12", "`#variable#`"
    ADDRESS_NOT_KNOWN_YET = "backend-13", "address that is not known yet"
    ELASTIC_IP = "backend-14", "address of an EIP"
    BALANCER_PRIVATE = "backend-15", "private address of a load balancer"
    BALANCER_PUBLIC = "backend-16", "public address of a load balancer"
    CHANNEL_OF_SERVERS = "backend-17", "channel: servers by id"
    CHANNEL_PRIVATE_MEMBER = "backend-18", "channel: private member addresses"
    CHANNEL_PUBLIC_MEMBER = "backend-19", "channel: a public member address"
    CHANNEL_OF_WORKLOAD = "backend-20", "channel: workload of a CCE cluster"
    CHANNEL_OF_ENGINE = "backend-21", "channel: microservice engine"
    CHANNEL_OF_CHANNEL = "backend-22", "channel that refers to another channel"
    FUNCTION_OF_REGION = "backend-23", "FunctionGraph function of the same region"
    FUNCTION_OF_OTHER_REGION = "backend-24", "FunctionGraph function of another region"
    MOCK = "backend-25", "mock"
    AUTHORIZER = "backend-26", "custom authorizer"
    PLUGIN_THIRD_AUTH = "backend-27", "plugin `third_auth`"
    PLUGIN_KAFKA_LOG = "backend-28", "plugin `kafka_log`"
    PLUGIN_BREAKER = "backend-29", "plugin `breaker`"
    PLUGIN_PROXY_MIRROR = "backend-29b", "plugin `proxy_mirror`"
    LOG_COLLECTION = "backend-30", "log collection by LTS"
    CONNECTED_VPC = "backend-31", "another VPC of the region, peered or on the same enterprise router"
    DATA_CENTER = "backend-32", "data center over VPN or Direct Connect"
    VPC_OF_OTHER_REGION = "backend-33", "VPC of another region over Cloud Connect"
    OWN_BALANCERS = "backend-34", "NLB edition with a public backend"

    # Callers
    PUBLIC_RECORD = "caller-1-public-record", "public DNS record that leads to the gateway's public address"
    PRIVATE_RECORD = "caller-2-private-record", "record of a private zone that leads to the gateway"
    DOMAIN = "caller-4-domain", "domain bound to a group, without any DNS record in the stack"
    CERTIFICATE = "caller-5-certificate", "certificate of the gateway"
    DEBUGGING_DOMAIN = "caller-6-debugging-domain", "debugging domain enabled"
    ENDPOINT = "caller-7-endpoint", "VPC endpoint, endpoint white list, accepted endpoint connection"
    ACCESS_CONTROL_PRIVATE = (
        "caller-8-acl-private",
        "access control that permits private addresses only, bound to all published APIs",
    )
    ACCESS_CONTROL_PUBLIC = "caller-9-acl-public", "access control for public addresses, or a deny list"
    ACCESS_CONTROL_UNBOUND = "caller-10-acl-unbound", "access control that is bound to no API"
    OPEN_SECURITY_GROUP = (
        "caller-11-open-group",
        "security group open to the Internet on 80, 443 or a port of the gateway",
    )
    CLOSED_SECURITY_GROUP = (
        "caller-12-closed-group",
        "security group that admits private addresses or groups only",
    )
    RULE_WITHOUT_PREFIX = "caller-13-any-prefix", "security group rule without a prefix"
    DEDICATED_WAF = "caller-14-waf-dedicated", "dedicated WAF in front"
    CLOUD_WAF = "caller-15-waf-cloud", "cloud WAF with the gateway as its origin"
    FRONT = "caller-16-front", "load balancer member or DNAT rule in front"
    WORDS = "caller-20-words", "words in the gateway's name and tags (`vocabulary` in the settings)"
    CONTENT_DELIVERY = "caller-21-cdn", "CDN or Global Accelerator with the gateway as its origin"
    SAME_VPC = "caller-22-same-vpc", "servers, clusters or functions in the gateway's VPC"
    PRIVATE_LINE = "caller-23-private-line", "Cloud Connect, VPN or Direct Connect to the gateway's VPC"

    # Beside the tables: statements of the team, and what leaves the stack
    STATED_CALLERS = "stated-callers"
    STATED_BACKENDS = "stated-backends-elsewhere"
    HANDED_OUT = "handed-out"
    OUTPUTS_UNSEEN = "outputs-unseen"
    NOT_UNDERSTOOD = "not-understood"
    FORWARDED = "forwarded-to"
