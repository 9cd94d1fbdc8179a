/// Fixtures.
enum ClientFixtures {}
