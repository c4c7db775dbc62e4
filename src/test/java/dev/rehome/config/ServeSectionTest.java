package dev.rehome.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.rehome.config.ServeConfig.Role;
import dev.rehome.config.ServeConfig.Token;
import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServeSectionTest {
    private static final String SHA256 = "6c38c9f8d0ba9d8a8e02a8e44ac5bb3d0ca8b36d7d5ed2c38b4ad33b8a3ea4d9";

    private static final String REST = """
            tenant_strategy:
              default_type: shared
              migration_thresholds: { customers: 1, orders: 1, avg_query_time: 1s }
              database_config:
                shared_database_url: "postgresql://app@host/shop"
                tenant_database_pattern: "postgresql://app@host/storefront_{storefront_id}"
                max_connections_per_tenant: 20
              migration_config: { batch_size: 1000, validation_enabled: true, rollback_enabled: true, dual_write_duration: "24h" }
            """;

    @Test
    void withoutTheSectionItIsThisMachineOnly() {
        assertEquals(new ServeConfig("127.0.0.1", 8417, List.of()), parse("").serve());
    }

    @Test
    void tokensAreKeptByTheirHashesOnly() {
        ServeConfig serve = parse("""
                  serve:
                    address: "0.0.0.0"
                    port: 80
                    tokens:
                      - { name: ann, role: operator, token: "${TOKEN}" }
                      - name: wallboard
                        role: viewer
                        sha256: "HASH"
                """.replace("HASH", SHA256)).serve();
        assertEquals("0.0.0.0", serve.address());
        assertEquals(80, serve.port());
        assertEquals(
                List.of("ann (OPERATOR)", "wallboard (VIEWER)"),
                serve.tokens().stream().map(Token::toString).toList());
        assertEquals(Role.OPERATOR, serve.tokens().get(0).role());
        assertEquals(64, serve.tokens().get(0).sha256().length());
        assertFalse(serve.toString().contains("from the environment"), serve.toString());
        assertFalse(serve.toString().contains(SHA256), serve.toString());
    }

    @Test
    void everythingThatIsWrongIsReportedAtOnceAndWithoutTheTokens() {
        RehomeException refused = assertThrows(RehomeException.class, () -> parse("""
                  serve:
                    port: 70000
                    adress: localhost
                    tokens:
                      - { name: ann, role: operator, token: "short s3cret" }
                      - { name: bob, role: admin, token: "a s3cret that is long enough" }
                      - { name: ann b, role: viewer, sha256: "s3cret" }
                      - { name: eve, role: viewer }
                      - { name: dan, role: viewer, token: "a s3cret that is long enough", sha256: "HASH" }
                      - { name: fay, role: viewer, token: "a s3cret of two of them" }
                      - { name: fay, role: operator, token: "a s3cret of two of them" }
                      - just a text
                """.replace("HASH", SHA256)));
        assertEquals(ErrorKind.CONFIGURATION, refused.kind());
        for (String problem : List.of(
                "serve.port must be at most 65535",
                "serve.adress is not a key; did you mean address?",
                "serve.tokens[1].token must have 20 to 500 characters",
                "serve.tokens[2].role must be viewer or operator",
                "serve.tokens[3].name must be 1 to 60 letters",
                "serve.tokens[3].sha256 must be a SHA-256",
                "serve.tokens[4].name needs either token or sha256",
                "serve.tokens[5].name needs either token or sha256",
                "serve.tokens[7].name is the name of another token already",
                "serve.tokens[7].name has the same token as another one",
                "serve.tokens[8] must be a mapping")) {
            assertTrue(refused.getMessage().contains(problem), problem + " in " + refused.getMessage());
        }
        assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
    }

    @Test
    void anAddressThatOthersReachNeedsTokens() {
        for (String address : List.of("0.0.0.0", "10.0.0.5", "::", "dashboard.example")) {
            RehomeException refused =
                    assertThrows(RehomeException.class, () -> parse("  serve: { address: \"" + address + "\" }\n"));
            assertTrue(refused.getMessage().contains("can be reached from other machines"), refused.getMessage());
        }
        for (String address : List.of("localhost", "127.0.0.2", "::1")) {
            assertEquals(
                    address,
                    parse("  serve: { address: \"" + address + "\" }\n").serve().address());
        }
    }

    private static StrategyConfig parse(String serve) {
        return StrategyFile.parse(
                "a test's file",
                REST + serve,
                name -> name.equals("TOKEN") ? "twenty letters from the environment" : null);
    }
}
