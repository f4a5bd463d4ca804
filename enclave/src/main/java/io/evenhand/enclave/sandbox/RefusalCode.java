package io.evenhand.enclave.sandbox;

/// What the codes of `load` and `import_` mean that `evenhand_program.h` names. A program may have
/// more of its own.
public enum RefusalCode {
    CUT_SHORT(1, "it is cut short"),
    HEADER(2, "it does not begin as it should"),
    SIZE(3, "its size is wrong"),
    TOO_LARGE(4, "it is too large"),
    LETTER(5, "it has a letter that is none of its format"),
    OUTSIDE(6, "it reaches beyond its own size"),
    LEFT_OVER(7, "it goes on after its end"),
    DAMAGED(8, "it contradicts itself"),
    UNSUPPORTED(9, "it asks for what this program does not do"),
    NO_MEMORY(10, "it needs more memory than the program may have");

    private final int code;
    private final String text;

    RefusalCode(int code, String text) {
        this.code = code;
        this.text = text;
    }

    public int code() {
        return code;
    }

    /// The words for a code, or the code itself if it is one of the program's own.
    public static String words(int code) {
        for (RefusalCode known : values()) {
            if (known.code == code) {
                return known.text;
            }
        }
        return "the program's own code " + code;
    }
}
