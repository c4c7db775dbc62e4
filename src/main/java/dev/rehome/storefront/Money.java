package dev.rehome.storefront;

import dev.rehome.error.ErrorKind;
import dev.rehome.error.RehomeException;
import java.math.BigDecimal;

/** Amounts as the tables keep them: four decimals, in the currency of the cart or order. */
final class Money {
    static final int DIGITS = 19;
    static final int DECIMALS = 4;
    static final BigDecimal ZERO = BigDecimal.ZERO.setScale(DECIMALS);

    private Money() {}

    /**
     * The amount with four decimals, so that an entity holds before it is stored what it holds when it is read again.
     *
     * @throws RehomeException (USER) if it is negative, or has more decimals: rounding is for the caller to do
     */
    static BigDecimal price(BigDecimal amount) {
        if (amount.signum() < 0 || amount.stripTrailingZeros().scale() > DECIMALS) {
            throw new RehomeException(
                    ErrorKind.USER, "A price is not negative and has at most four decimals. Round it first.");
        }
        return amount.setScale(DECIMALS);
    }
}
