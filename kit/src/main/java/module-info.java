/// The kit all protocols share. A fence for the compiler only: everything runs on the class path,
/// since the secp256k1 library spreads one package over two jars.
module io.evenhand.kit {
    requires org.bouncycastle.provider;
    requires static transitive org.jspecify;
    requires secp256k1.kmp.jvm;
    requires kotlin.stdlib;

    exports io.evenhand.kit.alarm;
    exports io.evenhand.kit.codec;
    exports io.evenhand.kit.deal;
    exports io.evenhand.kit.evidence;
    exports io.evenhand.kit.file;
    exports io.evenhand.kit.machine;
    exports io.evenhand.kit.process;
    exports io.evenhand.kit.seal;
    exports io.evenhand.kit.sign;
    exports io.evenhand.kit.stamp;
    exports io.evenhand.kit.text;
    exports io.evenhand.kit.value;
}
