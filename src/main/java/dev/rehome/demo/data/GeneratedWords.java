package dev.rehome.demo.data;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The words of generated storefronts: some plain, and some that a careless copy breaks. */
final class GeneratedWords {
    /** A town. */
    record Place(String city, @Nullable String localName, String zip, String country, String currency) {}

    private static final List<Place> PLACES = List.of(
            new Place("Leeds", null, "LS1", "GB", "GBP"),
            new Place("Munich", "München", "80331", "DE", "EUR"),
            new Place("Lodz", "Łódź", "90-001", "PL", "PLN"),
            new Place("Sao Paulo", "São Paulo", "01001", "BR", "BRL"),
            new Place("Tokyo", "東京", "100", "JP", "JPY"),
            new Place("Athens", "Αθήνα", "10431", "GR", "EUR"),
            new Place("Cairo", "القاهرة", "11511", "EG", "EGP"),
            new Place("Saint-Jean-d'Angély", null, "17400", "FR", "EUR"),
            new Place("Washington, D.C.", null, "20001", "US", "USD"));
    private static final List<String> SHOP_KINDS =
            List.of("Teapots", "Bicycles", "Büro & Papier", "Libros", "Garden", "Écharpes");
    private static final List<String> SHOP_OWNERS = List.of("Ada", "Żaneta", "O'Brien", "Jörg", "Mei", "Noor", "Sven");
    private static final List<String> FIRST_NAMES = List.of("anna", "zoë", "łukasz", "o.brien", "mei", "noor", "jörg");
    private static final List<String> STATUSES =
            List.of("completed", "completed", "completed", "completed", "shipped", "canceled", "created");
    private static final List<String> ODD_PRODUCTS = List.of("POST", "M", "m", "BANK CHARGES", "gift_0001_20");
    private static final List<@Nullable String> CATEGORIES =
            Arrays.asList("kitchen", "office", "toys, games", null, "");
    private static final List<String> DESCRIPTIONS = List.of(
            "LUNCH BAG  BLACK SKULL.",
            "Set of 6, \"vintage\" spoons",
            "Größe 42 – naïve blue",
            "茶壺 🫖",
            "worth £5",
            "two\nlines",
            "back\\slash\tand tab",
            " blank at both ends ",
            "\\N",
            "\\.",
            "NULL");

    private GeneratedWords() {}

    static Place home(int rank) {
        return PLACES.get(rank % PLACES.size());
    }

    static Place place(Dice dice) {
        return dice.oneOf(PLACES);
    }

    static String shopName(int rank) {
        return SHOP_OWNERS.get(rank % SHOP_OWNERS.size()) + "'s " + SHOP_KINDS.get(rank % SHOP_KINDS.size());
    }

    static String email(Dice dice, int number) {
        return dice.oneOf(FIRST_NAMES) + "." + number + "@example.com";
    }

    static String orderStatus(Dice dice) {
        return dice.oneOf(STATUSES);
    }

    static String productId(Dice dice, int product) {
        return dice.onceIn(300) ? dice.oneOf(ODD_PRODUCTS) : "P" + (20_000 + product);
    }

    static @Nullable String category(int product) {
        return CATEGORIES.get(product % CATEGORIES.size());
    }

    static @Nullable String description(Dice dice, int product) {
        if (dice.onceIn(400)) {
            return dice.onceIn(2) ? null : "x".repeat(2000);
        }
        return DESCRIPTIONS.get(product % DESCRIPTIONS.size());
    }
}
