// The program of tests/recordings/orders-internal in TypeScript. There is no SDK of the provider for Node.js: its
// resources are declared by their tokens, as a dynamic package does it.
import * as pulumi from "@pulumi/pulumi";

function resource(type: string, name: string, properties: Record<string, unknown>): Resource {
    return new Resource(`huaweicloud:${type}`, name, properties);
}

class Resource extends pulumi.CustomResource {
    declare readonly vpcIngressAddress: pulumi.Output<string>;
    constructor(type: string, name: string, properties: Record<string, unknown>) {
        super(type, name, { ...properties, vpcIngressAddress: undefined });
    }
}

const config = new pulumi.Config();
const zones = ["cn-north-4a", "cn-north-4b"];
const tags = { team: "orders", stage: pulumi.getStack(), exposure: "internal" };

const network = resource("Vpc/vpc:Vpc", "orders-vpc", { cidr: "10.20.0.0/16", tags });
const apps = resource("Vpc/subnet:Subnet", "orders-apps", {
    vpcId: network.id, cidr: "10.20.1.0/24", gatewayIp: "10.20.1.1",
});
const edge = resource("Vpc/subnet:Subnet", "orders-edge", {
    vpcId: network.id, cidr: "10.20.2.0/24", gatewayIp: "10.20.2.1",
});

const gatewayGroup = resource("Vpc/secgroup:Secgroup", "orders-gateway", { description: "APIG, callers inside the VPC" });
const appGroup = resource("Vpc/secgroup:Secgroup", "orders-app", {});
const rules: [string, Resource, string, string][] = [
    ["gateway-https", gatewayGroup, "443", "10.20.0.0/16"],
    ["app-from-gateway", appGroup, "8080", "10.20.2.0/24"],
    ["app-health-check", appGroup, "8080", "100.125.0.0/16"],
];
for (const [name, group, ports, remoteIpPrefix] of rules) {
    resource("Vpc/secgroupRule:SecgroupRule", name, {
        securityGroupId: group.id, direction: "ingress", ethertype: "IPv4", protocol: "tcp", ports, remoteIpPrefix,
    });
}

const servers = zones.map((availabilityZone, n) =>
    resource("Ecs/instance:Instance", `orders-${n + 1}`, {
        imageId: config.require("imageId"), flavorId: "c7n.large.2", availabilityZone,
        securityGroupIds: [appGroup.id], keyPair: "ops", systemDiskType: "GPSSD", systemDiskSize: 40,
        networks: [{ uuid: apps.id }], tags,
    }),
);

const gateway = resource("DedicatedApig/instance:Instance", "orders-gateway", {
    edition: "PROFESSIONAL", vpcId: network.id, subnetId: edge.id, securityGroupId: gatewayGroup.id,
    availabilityZones: zones, bandwidthSize: 5, ingressBandwidthSize: 5, ingressBandwidthChargingMode: "bandwidth",
    maintainBegin: "22:00:00", tags,
});
const production = resource("DedicatedApig/environment:Environment", "production", {
    instanceId: gateway.id, name: "production",
});
const group = resource("DedicatedApig/group:Group", "orders-group", { instanceId: gateway.id, name: "orders" });
const channel = resource("DedicatedApig/vpcChannel:VpcChannel", "orders-servers", {
    instanceId: gateway.id, name: "orders-servers", port: 8080, protocol: "HTTP", path: "/healthz", httpCode: "200",
    members: servers.map((server) => ({ id: server.id, weight: 50 })),
});

function api(name: string, path: string, web: Record<string, unknown>): void {
    const made = resource("DedicatedApig/api:Api", name, {
        instanceId: gateway.id, groupId: group.id, name: name.replace("-", "_"), type: "Private",
        requestProtocol: "HTTPS", requestMethod: "GET", requestPath: path, securityAuthentication: "APP",
        web: { requestMethod: "GET", requestProtocol: "HTTP", ...web },
    });
    resource("DedicatedApig/apiPublishment:ApiPublishment", `publish-${name}`, {
        instanceId: gateway.id, apiId: made.id, envId: production.id,
    });
}
api("list-orders", "/orders", { path: "/v2/orders", vpcChannelId: channel.id, timeout: 5000 });
api("stock-lookup", "/stock", { path: "/stock", backendAddress: "10.20.1.40:8080", timeout: 3000 });

const zone = resource("Dns/zone:Zone", "warehouse-zone", {
    name: "warehouse.internal.", zoneType: "private", routers: [{ routerId: network.id }],
});
resource("Dns/recordset:Recordset", "orders-record", {
    zoneId: zone.id, name: "orders.warehouse.internal.", type: "A", ttl: 300, records: [gateway.vpcIngressAddress],
});

export const ordersUrl = "https://orders.warehouse.internal";
