package cloud.zansoc.net.node;

import java.util.List;

/** The rules that a machine does not meet: the body of a 422 answer to POST /v1/hosts. */
public record AdmissionRefusal(List<Row> rows) {
  public AdmissionRefusal {
    rows = List.copyOf(rows);
  }

  /**
   * One rule.
   *
   * @param rule such as "memory"
   * @param remedy the cheapest way to qualify, in words; empty where the rule is met
   */
  public record Row(String rule, String required, String found, boolean met, String remedy) {}
}
