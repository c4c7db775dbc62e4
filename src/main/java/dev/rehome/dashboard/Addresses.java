package dev.rehome.dashboard;

/** Whom a limit is for: one address, but all of a network whose owner has billions of them. */
final class Addresses {
    private static final int OF_A_NETWORK = 4;

    private Addresses() {}

    static String limited(String address) {
        if (!address.contains(":")) {
            return address;
        }
        String[] groups = address.split(":", -1);
        StringBuilder network = new StringBuilder();
        for (int i = 0; i < Math.min(OF_A_NETWORK, groups.length); i++) {
            network.append(groups[i]).append(':');
        }
        return network.append(":/64").toString();
    }
}
