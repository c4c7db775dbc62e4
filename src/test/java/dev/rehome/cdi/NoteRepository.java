package dev.rehome.cdi;

import jakarta.data.repository.Find;
import jakarta.data.repository.Insert;
import jakarta.data.repository.Query;
import jakarta.data.repository.Repository;
import java.util.List;
import java.util.Optional;

/** A Jakarta Data repository as a user would write it. */
@Repository
interface NoteRepository {
    @Insert
    void insert(Note note);

    @Find
    Optional<Note> find(String id);

    @Query("where id like :pattern order by id")
    List<Note> like(String pattern);
}
