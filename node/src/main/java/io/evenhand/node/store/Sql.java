package io.evenhand.node.store;

import io.evenhand.kit.value.Bytes32;
import io.evenhand.kit.value.Octets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// SQL with values bound by position: whole numbers, text, bytes, 32-byte values and optional ones.
///
/// For one thread at a time. Each text is compiled once: there are only as many as the tables have
/// calls, and to compile one takes longer than to run it.
final class Sql {
    private final Connection connection;
    private final Map<String, PreparedStatement> compiled = new HashMap<>();

    Sql(Connection connection) {
        this.connection = connection;
    }

    /// Turns the current row into a value.
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    int update(String sql, Object... values) throws SQLException {
        return with(sql, PreparedStatement::executeUpdate, values);
    }

    /// Inserts a row and returns its number.
    long insert(String sql, Object... values) throws SQLException {
        return one(sql + " RETURNING rowid", row -> row.getLong(1), values).orElseThrow();
    }

    <T> List<T> all(String sql, Row<T> row, Object... values) throws SQLException {
        return with(
                sql,
                statement -> {
                    List<T> found = new ArrayList<>();
                    try (ResultSet rows = statement.executeQuery()) {
                        while (rows.next()) {
                            found.add(row.read(rows));
                        }
                    }
                    return found;
                },
                values);
    }

    <T> Optional<T> one(String sql, Row<T> row, Object... values) throws SQLException {
        return all(sql, row, values).stream().findFirst();
    }

    /// The first row, in the order of the query, of which something can be made; those behind it
    /// are not read.
    <T> Optional<T> first(String sql, Row<Optional<T>> row, Object... values) throws SQLException {
        return with(
                sql,
                statement -> {
                    try (ResultSet rows = statement.executeQuery()) {
                        Optional<T> found = Optional.empty();
                        while (found.isEmpty() && rows.next()) {
                            found = row.read(rows);
                        }
                        return found;
                    }
                },
                values);
    }

    void run(String sql) throws SQLException {
        boolean _ =
                with(
                        sql,
                        statement -> {
                            boolean answers = statement.execute();
                            if (answers) {
                                // An answer left open would hold old pages of the log.
                                statement.getResultSet().close();
                            }
                            return answers;
                        });
    }

    /// Runs a compiled statement.
    private interface Use<T> {
        T run(PreparedStatement statement) throws SQLException;
    }

    /// One that failed is not used again.
    private <T> T with(String sql, Use<T> use, Object... values) throws SQLException {
        PreparedStatement statement = compiled.remove(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
        }
        boolean failed = true;
        try {
            bind(statement, values);
            T result = use.run(statement);
            // What was bound, such as a sealed secret, does not stay in memory.
            statement.clearParameters();
            failed = false;
            return result;
        } finally {
            if (failed) {
                statement.close();
            } else {
                compiled.put(sql, statement);
            }
        }
    }

    private static void bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
    }

    private static void bind(PreparedStatement statement, int at, Object value)
            throws SQLException {
        switch (value) {
            case Long n -> statement.setLong(at, n);
            case Integer n -> statement.setInt(at, n);
            case Boolean b -> statement.setInt(at, b ? 1 : 0);
            case String s -> statement.setString(at, s);
            case byte[] b -> statement.setBytes(at, b);
            case Bytes32 b -> statement.setBytes(at, b.toByteArray());
            case Octets o -> statement.setBytes(at, o.toByteArray());
            case Role r -> statement.setString(at, r.id());
            case Optional<?> o when o.isEmpty() -> statement.setNull(at, java.sql.Types.NULL);
            case Optional<?> o -> bind(statement, at, o.get());
            default -> throw new IllegalArgumentException("no column type for " + value.getClass());
        }
    }

    static Bytes32 bytes32(ResultSet row, String column) throws SQLException {
        return Bytes32.of(row.getBytes(column));
    }

    static SessionKey session(ResultSet row) throws SQLException {
        return new SessionKey(Role.of(row.getString("role")), bytes32(row, "ref"));
    }
}
