/**
 * What nearly every module leans on, in our own words: the top of the tree (RFC 1155, RFC 2578),
 * the textual conventions of RFC 2579, RFC 4001 and RFC 3411, and a few types imported everywhere.
 * A folder that has the modules themselves overrides this; one that lacks them is read all the
 * same.
 */
export const BASE_MODULE = `BASE DEFINITIONS ::= BEGIN
org OBJECT IDENTIFIER ::= { iso 3 }
dod OBJECT IDENTIFIER ::= { org 6 }
internet OBJECT IDENTIFIER ::= { dod 1 }
directory OBJECT IDENTIFIER ::= { internet 1 }
mgmt OBJECT IDENTIFIER ::= { internet 2 }
mib-2 OBJECT IDENTIFIER ::= { mgmt 1 }
mib OBJECT IDENTIFIER ::= { mgmt 1 }
system OBJECT IDENTIFIER ::= { mib-2 1 }
interfaces OBJECT IDENTIFIER ::= { mib-2 2 }
at OBJECT IDENTIFIER ::= { mib-2 3 }
ip OBJECT IDENTIFIER ::= { mib-2 4 }
icmp OBJECT IDENTIFIER ::= { mib-2 5 }
tcp OBJECT IDENTIFIER ::= { mib-2 6 }
udp OBJECT IDENTIFIER ::= { mib-2 7 }
egp OBJECT IDENTIFIER ::= { mib-2 8 }
transmission OBJECT IDENTIFIER ::= { mib-2 10 }
snmp OBJECT IDENTIFIER ::= { mib-2 11 }
ospf OBJECT IDENTIFIER ::= { mib-2 14 }
bgp OBJECT IDENTIFIER ::= { mib-2 15 }
rmon OBJECT IDENTIFIER ::= { mib-2 16 }
dot1dBridge OBJECT IDENTIFIER ::= { mib-2 17 }
host OBJECT IDENTIFIER ::= { mib-2 25 }
ifMIB OBJECT IDENTIFIER ::= { mib-2 31 }
experimental OBJECT IDENTIFIER ::= { internet 3 }
private OBJECT IDENTIFIER ::= { internet 4 }
enterprises OBJECT IDENTIFIER ::= { private 1 }
security OBJECT IDENTIFIER ::= { internet 5 }
snmpV2 OBJECT IDENTIFIER ::= { internet 6 }
snmpDomains OBJECT IDENTIFIER ::= { snmpV2 1 }
snmpProxys OBJECT IDENTIFIER ::= { snmpV2 2 }
snmpModules OBJECT IDENTIFIER ::= { snmpV2 3 }
snmpMIB OBJECT IDENTIFIER ::= { snmpModules 1 }
snmpMIBObjects OBJECT IDENTIFIER ::= { snmpMIB 1 }
snmpTrap OBJECT IDENTIFIER ::= { snmpMIBObjects 4 }
snmpTraps OBJECT IDENTIFIER ::= { snmpMIBObjects 5 }
zeroDotZero OBJECT IDENTIFIER ::= { 0 0 }

sysDescr OBJECT-TYPE SYNTAX DisplayString ::= { system 1 }
sysObjectID OBJECT-TYPE SYNTAX OBJECT IDENTIFIER ::= { system 2 }
sysUpTime OBJECT-TYPE SYNTAX TimeTicks ::= { system 3 }
sysContact OBJECT-TYPE SYNTAX DisplayString ::= { system 4 }
sysName OBJECT-TYPE SYNTAX DisplayString ::= { system 5 }
sysLocation OBJECT-TYPE SYNTAX DisplayString ::= { system 6 }
snmpTrapOID OBJECT-TYPE SYNTAX OBJECT IDENTIFIER ::= { snmpTrap 1 }
snmpTrapEnterprise OBJECT-TYPE SYNTAX OBJECT IDENTIFIER ::= { snmpTrap 3 }
coldStart NOTIFICATION-TYPE ::= { snmpTraps 1 }
warmStart NOTIFICATION-TYPE ::= { snmpTraps 2 }
linkDown NOTIFICATION-TYPE ::= { snmpTraps 3 }
linkUp NOTIFICATION-TYPE ::= { snmpTraps 4 }
authenticationFailure NOTIFICATION-TYPE ::= { snmpTraps 5 }
egpNeighborLoss NOTIFICATION-TYPE ::= { snmpTraps 6 }
snmpTrapAddress OBJECT-TYPE SYNTAX IpAddress ::= { snmpModules 18 1 3 }
snmpTrapCommunity OBJECT-TYPE SYNTAX OCTET STRING ::= { snmpModules 18 1 4 }

ifNumber OBJECT-TYPE SYNTAX Integer32 ::= { interfaces 1 }
ifTable OBJECT-TYPE SYNTAX SEQUENCE OF IfEntry ::= { interfaces 2 }
ifEntry OBJECT-TYPE SYNTAX IfEntry INDEX { ifIndex } ::= { ifTable 1 }
ifIndex OBJECT-TYPE SYNTAX InterfaceIndex ::= { ifEntry 1 }
ifDescr OBJECT-TYPE SYNTAX DisplayString ::= { ifEntry 2 }
ifType OBJECT-TYPE SYNTAX Integer32 ::= { ifEntry 3 }
ifMtu OBJECT-TYPE SYNTAX Integer32 ::= { ifEntry 4 }
ifSpeed OBJECT-TYPE SYNTAX Gauge32 ::= { ifEntry 5 }
ifPhysAddress OBJECT-TYPE SYNTAX PhysAddress ::= { ifEntry 6 }
ifAdminStatus OBJECT-TYPE SYNTAX INTEGER { up(1), down(2), testing(3) } ::= { ifEntry 7 }
ifOperStatus OBJECT-TYPE SYNTAX INTEGER { up(1), down(2), testing(3), unknown(4), dormant(5),
    notPresent(6), lowerLayerDown(7) } ::= { ifEntry 8 }
ifXTable OBJECT-TYPE SYNTAX SEQUENCE OF IfXEntry ::= { ifMIB 1 1 }
ifXEntry OBJECT-TYPE SYNTAX IfXEntry AUGMENTS { ifEntry } ::= { ifXTable 1 }
ifName OBJECT-TYPE SYNTAX DisplayString ::= { ifXEntry 1 }
ifHighSpeed OBJECT-TYPE SYNTAX Gauge32 ::= { ifXEntry 15 }
ifAlias OBJECT-TYPE SYNTAX DisplayString ::= { ifXEntry 18 }
IfEntry ::= SEQUENCE { ifIndex InterfaceIndex }
IfXEntry ::= SEQUENCE { ifName DisplayString }

DisplayString ::= TEXTUAL-CONVENTION DISPLAY-HINT "255a" SYNTAX OCTET STRING
PhysAddress ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" SYNTAX OCTET STRING
MacAddress ::= TEXTUAL-CONVENTION DISPLAY-HINT "1x:" SYNTAX OCTET STRING (SIZE (6))
TruthValue ::= TEXTUAL-CONVENTION SYNTAX INTEGER { true(1), false(2) }
TestAndIncr ::= TEXTUAL-CONVENTION SYNTAX INTEGER
AutonomousType ::= TEXTUAL-CONVENTION SYNTAX OBJECT IDENTIFIER
InstancePointer ::= TEXTUAL-CONVENTION SYNTAX OBJECT IDENTIFIER
VariablePointer ::= TEXTUAL-CONVENTION SYNTAX OBJECT IDENTIFIER
RowPointer ::= TEXTUAL-CONVENTION SYNTAX OBJECT IDENTIFIER
RowStatus ::= TEXTUAL-CONVENTION SYNTAX INTEGER { active(1), notInService(2), notReady(3),
    createAndGo(4), createAndWait(5), destroy(6) }
EntryStatus ::= TEXTUAL-CONVENTION SYNTAX INTEGER { valid(1), createRequest(2), underCreation(3),
    invalid(4) }
StorageType ::= TEXTUAL-CONVENTION SYNTAX INTEGER { other(1), volatile(2), nonVolatile(3),
    permanent(4), readOnly(5) }
TimeStamp ::= TEXTUAL-CONVENTION SYNTAX TimeTicks
TimeInterval ::= TEXTUAL-CONVENTION SYNTAX INTEGER
DateAndTime ::= TEXTUAL-CONVENTION DISPLAY-HINT "2d-1d-1d,1d:1d:1d.1d,1a1d:1d"
    SYNTAX OCTET STRING
TDomain ::= TEXTUAL-CONVENTION SYNTAX OBJECT IDENTIFIER
TAddress ::= TEXTUAL-CONVENTION SYNTAX OCTET STRING
OwnerString ::= TEXTUAL-CONVENTION DISPLAY-HINT "255a" SYNTAX OCTET STRING
InterfaceIndex ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" SYNTAX Integer32
InterfaceIndexOrZero ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" SYNTAX Integer32
SnmpAdminString ::= TEXTUAL-CONVENTION DISPLAY-HINT "255t" SYNTAX OCTET STRING
SnmpEngineID ::= TEXTUAL-CONVENTION SYNTAX OCTET STRING
SnmpTagValue ::= TEXTUAL-CONVENTION DISPLAY-HINT "255t" SYNTAX OCTET STRING
InetAddressType ::= TEXTUAL-CONVENTION SYNTAX INTEGER { unknown(0), ipv4(1), ipv6(2), ipv4z(3),
    ipv6z(4), dns(16) }
InetAddress ::= TEXTUAL-CONVENTION SYNTAX OCTET STRING
InetAddressIPv4 ::= TEXTUAL-CONVENTION DISPLAY-HINT "1d.1d.1d.1d" SYNTAX OCTET STRING (SIZE (4))
InetAddressIPv6 ::= TEXTUAL-CONVENTION DISPLAY-HINT "2x:2x:2x:2x:2x:2x:2x:2x"
    SYNTAX OCTET STRING (SIZE (16))
InetAddressDNS ::= TEXTUAL-CONVENTION DISPLAY-HINT "255a" SYNTAX OCTET STRING
InetAddressPrefixLength ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" SYNTAX Unsigned32
InetPortNumber ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" SYNTAX Unsigned32
InetAutonomousSystemNumber ::= TEXTUAL-CONVENTION DISPLAY-HINT "d" SYNTAX Unsigned32
END
`;

/** Modules of the SMI itself: what is imported from them is built in, macros and all. */
export const SMI_MODULES: ReadonlySet<string> = new Set([
  ...['SNMPv2-SMI', 'SNMPv2-TC', 'SNMPv2-CONF', 'SNMPv2-SMI-v1', 'SNMPv2-TC-v1'],
  ...['RFC1155-SMI', 'RFC1065-SMI', 'RFC-1212', 'RFC-1215', 'RFC1212', 'RFC1215', 'RFC1442-SMI'],
]);
